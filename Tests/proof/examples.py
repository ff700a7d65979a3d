"""The examples of every command's help, which are those of the manual pages: each is run, in the order of its page, in a place
that has what it names. `EXPECTED` has those that cannot end with 0 or 2 there, with the exit status and why.
"""
import json, pathlib, re, subprocess

from places import BUILT, Missing, build
from samples import place_of

PLACES = {
    'machine cx7-8': ['status', 'counters', 'gid', 'guid2mac', 'explain', 'metrics', 'fold'],
    'managed fabric': ['fabric', 'sm'],
    'adapters': ['fw'],
    'here': ['sim'],
    'name space': ['offload', 'history', 'undo'],
}
# What an example names, and what is there in its place.
NAMES = {
    'managed fabric': {'mlx5_0/1': 'ibsim0/1', 'leaf1/3': 'host1/1', 'leaf1': 'host1', 'leaf2': 'host2', '0002c90300abcdf1': '0002c90300d00041',
                       '0x11': '0x2', '/var/log/opensm.log': 'opensm.log'},
    'adapters': {'5e:00.0': '03:00.0'},
    'name space': {'eth0': 'demo0', 'eth1': 'demo1', 'mlx5_0': 'demo0', '12': '1'},
}
BEFORE = {
    'machine cx7-8': 'rdmactl status --json | tee golden.json >answers.txt; mkdir answers; cp golden.json answers/gpu00',
    'adapters': 'cp new.bin fw.bin; cp new.bin old.bin; mkdir firmware; cp new.bin firmware',
    'managed fabric': 'rdmactl fabric discover --json | tee yesterday.json >today.json; echo >opensm.conf; '
                      'echo "Default=0x7fff : ALL=full;" >partitions.conf; echo >opensm.log',
}
# Exit statuses that are right there.
EXPECTED = {
    'a recorded machine has no routes, and perftest is not installed': ((6, 127), ['--peer', 'ib_write_bw']),
    'Graphviz is not installed': ((127,), ['dot -Tsvg']),
    'opensm runs already': ((5,), ['sm start ibsim0/1']),
    'the only subnet manager is the master already': ((3, 7), ['sm handover', 'sm disable', 'sm standby', 'sm discover']),
    'the sysctls of memory are the whole machine\'s': ((4,), ['tune apply throughput']),
    'the simulated card has only its own way': ((6,), ['--via devlink', 'fw recover -d mlx5_0']),
    'there is no MFA2 package': ((3,), ['fw.mfa2', 'package.mfa2']),
    'there is no backup and no ROM': ((3, 6), ['fw restore', 'fw rom']),
    'the simulated card is not running, or runs from its flash': ((6,), ['fw activate']),
    'the recorded machine has InfiniBand only': ((3,), ['gid default']),
    'the interface of the name space has no rings': ((6,), ['rx-ring=']),
    'the journal has another change, or none': ((3, 7), ['keep', ' 1 ', ' 1']),
}
# Before the examples of a page.
PREPARED = {
    ('sm', 'restart'): 'rdmactl sm start --yes --wait --config quick.conf',
    ('sm', 'reload'): 'rdmactl sm start --yes --wait --config quick.conf',
    ('sm', 'handover'): 'rdmactl sm start --yes --wait --config quick.conf',
}
# A whole flash takes minutes without optimization; what is persistent would be written to this machine's /etc.
SKIPPED = ['tune persist throughput', 'tune persist --remove', '--flash flash.bin', '-f -n 20', '--watch', ' --wait ',
           # Other hosts, and this machine's own services and folders.
           'clush ', 'systemctl ', '/var/lib/prometheus/']


def pages(command, path=()):
    """(words of a command, its examples), the group before its commands."""
    examples = (command.get('discussion') or '').split('Examples:\n')
    if path and len(examples) > 1:
        yield path, [line.strip() for line in examples[1].split('\n') if line.strip()]
    for part in command.get('subcommands', []):
        if part['commandName'] != 'help' and part.get('shouldDisplay', True):
            yield from pages(part, (*path, part['commandName']))


def run_in(where, nouns, directory, found):
    """How many examples ran, and what is wrong with them; `None` for a place that this machine lacks."""
    directory.mkdir()
    try:
        place = place_of(where, str(directory), BUILT / 'rdmactl')
    except Missing as missing:
        print(f'skip examples of {", ".join(nouns)}: {missing}')
        return 0, 0
    count = failed = 0
    with place:
        place.shell(BEFORE.get(where, 'true'))
        for path, example in found:
            if path[0] not in nouns:
                continue
            line = re.split(r'  +(?![|>&])', example)[0]
            if any(part in f'{line} ' for part in SKIPPED):
                continue
            place.shell(PREPARED.pop(path, 'true'))
            for name, here in NAMES.get(where, {}).items():
                line = re.sub(r'(?<![\w.])' + re.escape(name) + r'(?![\w.])', here, line)
            # Each page of `sim` starts with an empty folder.
            folder = '-'.join(path) if where == 'here' else '.'
            clean = 'rm -rf lab && ' if line.startswith('rdmactl sim create') else ''
            result = place.shell(f'mkdir -p {folder} && cd {folder} && {clean}{line}')
            # The user says yes.
            if result.returncode == 7 and 'cannot ask (not a terminal)' in result.stdout + result.stderr:
                result = place.shell(f'cd {folder} && {line} --yes')
            wanted = [0, 2] + [status for statuses, parts in EXPECTED.values() if any(part in line for part in parts)
                               for status in statuses]
            count += 1
            if result.returncode not in wanted:
                failed += 1
                print(f'$ {line}\n{result.stdout[-200:]}{result.stderr[-500:]}'
                      f'fail exit status {result.returncode} of an example of rdmactl {" ".join(path)}')
    return count, failed


def run(work, words):
    build('rdmactl', 'machine', 'fabric-lab')
    tree = subprocess.run([BUILT / 'rdmactl', '--experimental-dump-help'], capture_output=True, check=True).stdout
    found = [(path, example) for path, examples in pages(json.loads(tree)['command']) for example in examples]
    results = [run_in(where, nouns, pathlib.Path(work, str(number)), found)
               for number, (where, nouns) in enumerate(PLACES.items())]
    count, failed = map(sum, zip(*results))
    if not failed:
        print(f'pass {count} examples')
    return 1 if failed else 0
