/* An allocator for OpenSSL that refuses one allocation: the k-th after arm(k). Test only; compiled when allocation.py runs.
 *
 * CRYPTO_set_mem_functions (OpenSSL) takes these three before libcrypto has allocated anything. A refusal happens once, so the
 * code that handles it has memory again: what is looked for is a result that was not checked, not a machine out of memory.
 */
#include <stdlib.h>

static long made, refused = -1;

void arm(long k) { refused = k < 0 ? -1 : made + k; }
long count(void) { return made; }

static int refuse(void) { return made++ == refused; }

void *failing_malloc(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return refuse() ? NULL : malloc(size);
}

void *failing_realloc(void *block, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return refuse() ? NULL : realloc(block, size);
}

void plain_free(void *block, const char *file, int line)
{
    (void)file, (void)line;
    free(block);
}
