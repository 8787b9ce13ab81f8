"""What a document may look like, told by tables: keys, which of them are required, and what stands below each.

A shape is one of
    str, int, bool          a value of that type; `True` and `1` are not the same
    ANY                     anything
    {'a', 'b', 1}           one of these values
    re.compile(...)         a text that matches as a whole
    [shape]                 a list of it
    {'key': shape, ...}     a mapping of these keys and no others; `key!` is required,
    an expression stands for keys that match
    (shape, shape)          one or the other
    Document(read, shape)   a text that holds a document
    Core('v1.EnvVar')       a type of Kubernetes' own, by kubernetes-validate
"""

import functools
import json
import re

import jsonschema
import kubernetes_validate.utils
import referencing.jsonschema

ANY = object()


class Document:
    def __init__(self, read, shape):
        self.read, self.shape = read, shape


class Core:
    def __init__(self, name):
        self.name = name


class Judge:
    """Holds values against shapes, for one version of Kubernetes."""

    def __init__(self, version):
        wanted = version.removeprefix('v')
        known = kubernetes_validate.utils.all_versions()
        near = [each for each in known if number(each) <= number(wanted)]
        self.version = near[-1] if near else known[0]

    def faults(self, value, shape, where=''):
        """The faults of a value: each a text that begins with the path to it."""
        if shape is ANY:
            return []
        if isinstance(shape, type):
            good = isinstance(value, shape) and not (shape is int and isinstance(value, bool))
            return [] if good else [f'{where}: {value!r:.60} is no {shape.__name__}']
        if isinstance(shape, (set, frozenset)):
            good = any(type(value) is type(each) and value == each for each in shape)
            return [] if good else [f'{where}: {value!r:.60} is none of {sorted(map(str, shape))}']
        if isinstance(shape, re.Pattern):
            good = isinstance(value, str) and shape.fullmatch(value)
            return [] if good else [f'{where}: {value!r:.60} does not match {shape.pattern}']
        if isinstance(shape, tuple):
            found = [self.faults(value, each, where) for each in shape]
            return [] if [] in found else found[0]
        if isinstance(shape, list):
            if not isinstance(value, list):
                return [f'{where}: {value!r:.60} is no list']
            found = [self.faults(each, shape[0], f'{where}[{number}]') for number, each in enumerate(value)]
            return [fault for each in found for fault in each]
        if isinstance(shape, dict):
            return self.mapping(value, shape, where)
        if isinstance(shape, Document):
            return self.document(value, shape, where)
        return self.core(value, shape.name, where)

    def mapping(self, value, shape, where):
        if not isinstance(value, dict):
            return [f'{where}: {value!r:.60} is no mapping']
        found = []
        exact = {key.removesuffix('!'): each for key, each in shape.items() if isinstance(key, str)}
        patterns = [(key, each) for key, each in shape.items() if isinstance(key, re.Pattern)]
        for key in shape:
            if isinstance(key, str) and key.endswith('!') and key[:-1] not in value:
                found.append(f'{where}: there is no {key[:-1]}')
        for key, item in value.items():
            below = exact.get(key, next((each for name, each in patterns if name.fullmatch(str(key))), None))
            if below is None:
                found.append(f'{where}: unknown key {key}')
            else:
                found += self.faults(item, below, f'{where}.{key}')
        return found

    def document(self, value, shape, where):
        if not isinstance(value, str):
            return [f'{where}: {value!r:.60} is no text']
        try:
            inside = shape.read(value)
        except Exception as error:
            return [f'{where}: does not parse: {" ".join(str(error).split())}']
        return self.faults(inside, shape.shape, f'{where}>')

    @functools.cache
    def validator(self, name):
        folder = f'kubernetes-json-schema/v{self.version}-local-strict'
        definitions = kubernetes_validate.utils.schema_contents(f'{folder}/_definitions.json', self.version)
        resource = referencing.Resource(definitions, referencing.jsonschema.DRAFT202012)
        return jsonschema.Draft202012Validator(
            {'$ref': f'{definitions["$id"]}#/$defs/io.k8s.api.core.{name}'}, registry=resource @ referencing.Registry()
        )

    def core(self, value, name, where):
        errors = self.validator(name).iter_errors(value)
        return [f'{where}.{".".join(map(str, error.path))}: {error.message[:200]}' for error in errors]

    def object(self, body):
        """The faults of an object of Kubernetes' own kinds, or None where the kind is none of them."""
        return self.written_object(json.dumps(body))

    @functools.cache
    def written_object(self, text):
        try:
            kubernetes_validate.validate(json.loads(text), self.version, strict=True)
        except kubernetes_validate.SchemaNotFoundError:
            return None
        except kubernetes_validate.ValidationError as error:
            return [f'.{".".join(map(str, error.path))}: {error.message[:200]}']
        return []


def number(version):
    """Major and minor of a version, to compare."""
    return tuple(int(part) for part in version.removeprefix('v').split('.')[:2])
