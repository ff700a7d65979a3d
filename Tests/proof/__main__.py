"""What rdmactl does, what it costs beside its peers, and whether documents show what it prints.

Usage: python3 Tests/proof demo                       run the scenes of demo.py; exit 1 when a claim does not hold
       python3 Tests/proof bench [PROGRAM [PART]]     measure the rows of bench.py; exit 1 when a limit is missed
       python3 Tests/proof schemas [--check]          write man/json from what the commands print, or compare
       python3 Tests/proof samples [--update] FILE…   run the console blocks of Markdown files and compare their output
       python3 Tests/proof examples                   run the examples of every command's help, and so of the manual

Nothing needs hardware. demo, examples and samples need no root; bench shows simulated adapters to mstflint, which does.
"""
import importlib, signal, sys, tempfile

modes = ('demo', 'bench', 'samples', 'schemas', 'examples')
if len(sys.argv) < 2 or sys.argv[1] not in modes:
    sys.exit(__doc__.split('\n\n')[1])
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
with tempfile.TemporaryDirectory(prefix='rdmactl-proof.', ignore_cleanup_errors=True) as work:
    sys.exit(importlib.import_module(sys.argv[1]).run(work, sys.argv[2:]))
