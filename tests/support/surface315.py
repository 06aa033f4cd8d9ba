"""The public names of `ssl` in Python 3.15, for the question how much of them there is after the upgrade.

Those of 3.14 by dir() of CPython 3.14.10 on OpenSSL 3.6, without what is only imported there and without names with an underscore; beside
them what Doc/library/ssl.rst says is new in 3.15.
"""
from __future__ import absolute_import, division, print_function

NAMES = {
    "": """
        ALERT_DESCRIPTION_ACCESS_DENIED ALERT_DESCRIPTION_BAD_CERTIFICATE ALERT_DESCRIPTION_BAD_CERTIFICATE_HASH_VALUE
        ALERT_DESCRIPTION_BAD_CERTIFICATE_STATUS_RESPONSE ALERT_DESCRIPTION_BAD_RECORD_MAC ALERT_DESCRIPTION_CERTIFICATE_EXPIRED
        ALERT_DESCRIPTION_CERTIFICATE_REVOKED ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN ALERT_DESCRIPTION_CERTIFICATE_UNOBTAINABLE
        ALERT_DESCRIPTION_CLOSE_NOTIFY ALERT_DESCRIPTION_DECODE_ERROR ALERT_DESCRIPTION_DECOMPRESSION_FAILURE
        ALERT_DESCRIPTION_DECRYPT_ERROR ALERT_DESCRIPTION_HANDSHAKE_FAILURE ALERT_DESCRIPTION_ILLEGAL_PARAMETER
        ALERT_DESCRIPTION_INSUFFICIENT_SECURITY ALERT_DESCRIPTION_INTERNAL_ERROR ALERT_DESCRIPTION_NO_RENEGOTIATION
        ALERT_DESCRIPTION_PROTOCOL_VERSION ALERT_DESCRIPTION_RECORD_OVERFLOW ALERT_DESCRIPTION_UNEXPECTED_MESSAGE
        ALERT_DESCRIPTION_UNKNOWN_CA ALERT_DESCRIPTION_UNKNOWN_PSK_IDENTITY ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        ALERT_DESCRIPTION_UNSUPPORTED_CERTIFICATE ALERT_DESCRIPTION_UNSUPPORTED_EXTENSION ALERT_DESCRIPTION_USER_CANCELLED
        AlertDescription CERT_NONE CERT_OPTIONAL CERT_REQUIRED CHANNEL_BINDING_TYPES CertificateError DER_cert_to_PEM_cert
        DefaultVerifyPaths HAS_ALPN HAS_ECDH HAS_NEVER_CHECK_COMMON_NAME HAS_NPN HAS_PHA HAS_PSK HAS_PSK_TLS13 HAS_SNI HAS_SSLv2
        HAS_SSLv3 HAS_TLSv1 HAS_TLSv1_1 HAS_TLSv1_2 HAS_TLSv1_3 MemoryBIO OPENSSL_VERSION OPENSSL_VERSION_INFO OPENSSL_VERSION_NUMBER
        OP_ALL OP_CIPHER_SERVER_PREFERENCE OP_ENABLE_KTLS OP_ENABLE_MIDDLEBOX_COMPAT OP_IGNORE_UNEXPECTED_EOF
        OP_LEGACY_SERVER_CONNECT OP_NO_COMPRESSION OP_NO_RENEGOTIATION OP_NO_SSLv2 OP_NO_SSLv3 OP_NO_TICKET OP_NO_TLSv1 OP_NO_TLSv1_1
        OP_NO_TLSv1_2 OP_NO_TLSv1_3 OP_SINGLE_DH_USE OP_SINGLE_ECDH_USE Options PEM_FOOTER PEM_HEADER PEM_cert_to_DER_cert
        PROTOCOL_SSLv23 PROTOCOL_TLS PROTOCOL_TLS_CLIENT PROTOCOL_TLS_SERVER PROTOCOL_TLSv1 PROTOCOL_TLSv1_1 PROTOCOL_TLSv1_2 Purpose
        RAND_add RAND_bytes RAND_status SSLCertVerificationError SSLContext SSLEOFError SSLError SSLErrorNumber SSLObject SSLSession
        SSLSocket SSLSyscallError SSLWantReadError SSLWantWriteError SSLZeroReturnError SSL_ERROR_EOF SSL_ERROR_INVALID_ERROR_CODE
        SSL_ERROR_SSL SSL_ERROR_SYSCALL SSL_ERROR_WANT_CONNECT SSL_ERROR_WANT_READ SSL_ERROR_WANT_WRITE SSL_ERROR_WANT_X509_LOOKUP
        SSL_ERROR_ZERO_RETURN TLSVersion VERIFY_ALLOW_PROXY_CERTS VERIFY_CRL_CHECK_CHAIN VERIFY_CRL_CHECK_LEAF VERIFY_DEFAULT
        VERIFY_X509_PARTIAL_CHAIN VERIFY_X509_STRICT VERIFY_X509_TRUSTED_FIRST VerifyFlags VerifyMode cert_time_to_seconds
        create_default_context get_default_verify_paths get_protocol_name get_server_certificate get_sigalgs""",
    "SSLContext": """
        cert_store_stats check_hostname get_ca_certs get_ciphers get_groups hostname_checks_common_name keylog_filename
        load_cert_chain load_default_certs load_dh_params load_verify_locations maximum_version minimum_version num_tickets options
        post_handshake_auth protocol security_level session_stats set_alpn_protocols set_ciphers set_ciphersuites set_client_sigalgs
        set_default_verify_paths set_ecdh_curve set_groups set_npn_protocols set_psk_client_callback set_psk_server_callback
        set_server_sigalgs set_servername_callback sni_callback sslobject_class sslsocket_class verify_flags verify_mode wrap_bio
        wrap_socket""",
    "SSLSocket": """
        accept bind cipher client_sigalg close compression connect connect_ex context detach do_handshake dup family fileno
        get_channel_binding get_inheritable get_unverified_chain get_verified_chain getblocking getpeercert getpeername getsockname
        getsockopt gettimeout group listen makefile pending proto read recv recv_into recvfrom recvfrom_into recvmsg recvmsg_into
        selected_alpn_protocol selected_npn_protocol send sendall sendfile sendmsg sendmsg_afalg sendto server_sigalg session
        session_reused set_inheritable setblocking setsockopt settimeout shared_ciphers shutdown timeout type unwrap
        verify_client_post_handshake version write""",
    "SSLObject": """
        cipher client_sigalg compression context do_handshake get_channel_binding get_unverified_chain get_verified_chain getpeercert
        group pending read selected_alpn_protocol selected_npn_protocol server_hostname server_side server_sigalg session
        session_reused shared_ciphers unwrap verify_client_post_handshake version write""",
    "MemoryBIO": """
        eof pending read write write_eof""",
    "SSLSession": """
        has_ticket id ticket_lifetime_hint time timeout""",
}

DOTTED = sorted(".".join(filter(None, (owner, name))) for owner, names in NAMES.items() for name in names.split())
