"""Servers on the loopback interface, for the demonstration and for tests: an HTTPS proxy and an HTTPS package index.

They use the sockets of the standard library only, so that they run in any Python from 2.7 on, upgraded or not."""
