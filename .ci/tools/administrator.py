#!/usr/bin/env python3
"""Prints e-mail and first group of the first user of a lab.yaml: administrator.py LAB"""

import sys

import yaml

user = yaml.safe_load(open(sys.argv[1]))['users'][0]
print(user['email'], user['groups'][0])
