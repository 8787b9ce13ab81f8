#!/usr/bin/python3
"""What does Debian's cloud-init say of user-data? debian_schema.py <LIST

Reads JSON from standard input: a mapping of names and cloud-configs. Prints a line for each that `cloud-init schema`
would refuse or call deprecated. It is that program's own check, called in one process: starting it hundreds of times
would take minutes. It runs by the system's Python, which has cloud-init's package.
"""

import json
import sys

from cloudinit.config.schema import SchemaValidationError, get_schema, validate_cloudconfig_schema

schema = get_schema()
for name, config in json.load(sys.stdin).items():
    try:
        validate_cloudconfig_schema(config, schema, strict=True, log_details=False)
    except SchemaValidationError as error:
        print(f'{name}: {" ".join(str(error).split())[:300]}')
