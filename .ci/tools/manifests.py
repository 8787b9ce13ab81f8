#!/usr/bin/env python3
"""Are the manifests of outputs what their readers know? manifests.py [--plant] [--lab FILE] OUT

OUT is a folder of outputs, beside the lab.yaml that it was made from. What stands in its files, and in those that
user-data of its nodes writes, is held against the schemas of Kubernetes' own kinds in the version of the lab
(kubernetes-validate, strict), and for everything else against kubernetes_keys.py: custom resources, values of charts,
texts inside of values, configurations of programs. A kind, a chart or a file that is in no table is a fault. Then each
set of objects, that of the cluster, what the first server brings, and that of each app that is installed by hand:

- a namespace comes with Kubernetes, or is written before what lies in it, or whoever installs the chart makes it
- Secrets and ConfigMaps that something refers to are written, with the keys that are asked for: by a document, by
  External Secrets, by cert-manager (for a Certificate, or an Ingress that names an issuer), or by trust-manager in a
  namespace with the label of the Bundle
- an Ingress or a route leads to a service that a chart makes, with that port
- nothing is written twice

Prints one line per fault and ends with exit code 1. With --plant, faults are planted into what was read, one at a time,
and have to be found: prints PASS or FAIL for each.
"""

import argparse
import collections
import pathlib
import sys

import kubernetes_keys as keys
import links
import planted
import rendered
import shapes
import yaml


class Forms:
    """Whether each document has the form that its reader knows."""

    def __init__(self, judge, out):
        self.judge, self.out = judge, str(out)

    def faults(self, group):
        for each in group.objects:
            yield from (f'{each.where}: {fault}' for fault in self.object(each))
        for each in group.charts:
            shape = keys.CHARTS.get(each.chart)
            if shape is None:
                yield f'{each.where}: values of a chart that is in no table: {each.chart}'
                continue
            yield from (f'{each.where}: values{fault}' for fault in self.judge.faults(each.values or {}, shape))
        for where, body in group.files:
            relative = where.removeprefix(f'{self.out}/')
            shape = next((shape for pattern, shape in keys.FILES if pattern.fullmatch(relative)), None)
            if shape is None:
                yield f'{where}: a document that is in no table'
            else:
                yield from (f'{where}: {fault}' for fault in self.judge.faults(body, shape))

    def object(self, each):
        version, kind = each.body.get('apiVersion'), each.kind
        shape = keys.KINDS.get((version, kind))
        if shape is not None:
            since = keys.SINCE.get(version, (1, 0))
            if since > shapes.number(self.judge.version):
                yield f'{version} is not known in {self.judge.version}'
            yield from self.judge.faults(each.body, shape, kind) or self.meaning(each)
            return
        found = self.judge.object(each.body)
        if found is None:
            yield f'a kind that is in no table: {version} {kind}'
            return
        yield from (f'{kind}{fault}' for fault in found)
        if not each.name:
            yield f'{kind}: there is no name'
        if kind == 'ConfigMap' and each.name in keys.ENVIRONMENTS:
            yield from self.judge.faults(each.body.get('data'), keys.ENVIRONMENTS[each.name], 'data')

    @staticmethod
    def meaning(each):
        """What tables cannot say."""
        if each.kind == 'AuthenticationConfiguration':
            for entry in each.body.get('jwt') or []:
                several = len(entry['issuer'].get('audiences') or []) > 1
                if several != ('audienceMatchPolicy' in entry['issuer']):
                    yield 'audienceMatchPolicy belongs to more than one audience'
        if each.kind == 'Config':
            clusters, users, contexts = (
                {entry['name'] for entry in each.body.get(key) or []} for key in ('clusters', 'users', 'contexts')
            )
            for entry in each.body.get('contexts') or []:
                if entry['context']['cluster'] not in clusters or entry['context']['user'] not in users:
                    yield f'context {entry["name"]} names what is not there'
            if each.body.get('current-context') not in (contexts or {None}):
                yield 'current-context names what is not there'
            if bool(clusters) != bool(contexts):
                yield 'clusters and contexts belong together'


def all_faults(forms, group):
    found = list(forms.faults(group))
    try:
        return found + list(links.connections(group))
    except (AttributeError, KeyError, TypeError):
        if not found:
            raise
        # What lacks a key cannot be followed; that it does was found already.
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('out', type=pathlib.Path)
    parser.add_argument('--lab', type=pathlib.Path, help='the lab.yaml, where it is not beside OUT')
    parser.add_argument('--plant', action='store_true')
    options = parser.parse_args()
    lab = yaml.safe_load((options.lab or options.out.with_name('lab.yaml')).read_text())
    judge = shapes.Judge(lab.get('cluster', {}).get('version', 'v1.33.0'))
    roles = {node['name']: node['role'] for node in lab.get('nodes', [])}
    groups, forms = rendered.sets(options.out, roles), Forms(judge, options.out)
    if options.plant:
        sys.exit(planted.judge(groups, lambda group: all_faults(forms, group), links.references))
    found = [fault for group in groups for fault in all_faults(forms, group)]
    print('\n'.join(found))
    seen = collections.Counter(each.kind for group in groups for each in group.objects)
    seen += collections.Counter(f'values of {chart.chart}' for group in groups for chart in group.charts)
    counted = ', '.join(f'{count} {what}' for what, count in sorted(seen.items()))
    print(f'looked at, as in Kubernetes {judge.version}: {counted}')
    sys.exit(1 if found or not seen else 0)


if __name__ == '__main__':
    main()
