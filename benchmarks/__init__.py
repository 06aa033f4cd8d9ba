"""Speed and memory of an upgraded Python 2.7 beside a native Python 3.11; README.md says more."""
