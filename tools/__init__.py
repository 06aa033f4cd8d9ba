"""The programs of this repository and their parts: test_all.py and demo.py are run, the rest is imported by them."""
