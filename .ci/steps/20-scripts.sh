# shellcheck shell=bash
# Shell scripts by shellcheck, Python by its own compiler.

while IFS= read -r file; do
    [ -f "$file" ] || continue
    case $(head -n 2 "$file" | tr '\n' ' ') in
        '#!/bin/sh'* | '#!/usr/bin/env bash'* | '#!/bin/bash'* | *'shellcheck shell='*)
            check "shellcheck $file" shellcheck -x "$file"
            ;;
        '#!/usr/bin/env python3'*)
            check "python $file" "$PYTHON" -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$file"
            ;;
    esac
done < <(git ls-files --cached --others --exclude-standard -- bootstrap .ci bench Tests | grep -v '/Goldens/')
