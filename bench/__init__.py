"""Benchmarks: each measures something people wait for beside a baseline, in the same run.

A benchmark makes its own data, has a folder and a database of its own, and runs each measured side in
a process of its own. The literal list is in :mod:`bench.benchmarks`; docs/performance.md says what
the figures mean.
"""
