"""Zhucun: the record of village posting."""
