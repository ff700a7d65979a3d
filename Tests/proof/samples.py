"""The console blocks of Markdown files: every command is run where the comment before the block says, and prints what is shown.

    <!-- in: machine cx6-vpi | fabric | managed fabric | adapters | name space -->
    ```console
    $ rdmactl status
    ...
    ```
A line "…" stands for any lines, "…" inside a line for any text. Standard error may be left out.
"""
import pathlib, re

from places import BUILT, Missing, Place, build, demo_fabric, machine, namespace

BLOCK = re.compile(r'(?:<!-- in: (?P<place>[^>]*) -->\n)?```console\n(?P<text>.*?)```\n', re.S)


def place_of(words, work, program):
    kind, *rest = (words or 'here').split()
    match [kind, *rest]:
        case ['machine', name]: return machine(work, program, name)
        case ['fabric']: return demo_fabric(work, program)
        case ['managed', 'fabric']:
            place = demo_fabric(work, program)
            place.manage('host0')
            place.shell('rdmactl sm start --yes --wait --config quick.conf')
            return place
        case ['adapters']:
            place = Place(work, program)
            place.shell('rdmactl sim create lab --profile connectx3 --profile connectx5')
            place.shell('rdmactl sim image new.bin --profile connectx3 --version 2.42.5700 --code-size 60000')
            place.shell('rdmactl sim image running.bin --profile connectx5 --version 16.36.1000')
            place.options = ['--sim', f'{work}/lab']
            return place
        case ['name', 'space']: return namespace(work, program)
    return Place(work, program)


def commands(text):
    """(command, output) of a block; a command may go on after a backslash."""
    found = []
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith('$ '):
            while line.endswith('\\'):
                line += '\n' + next(lines)
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return [(command, '\n'.join(output)) for command, output in found]


def pattern(output):
    parts = []
    for line in output.split('\n'):
        parts.append(r'(?:.*\n)*?' if line == '…' else '.*?'.join(map(re.escape, line.split('…'))) + r'[ ]*\n')
    return re.compile(''.join(parts) if output else '')


def shortened(expected, actual, directory):
    """New output in the form of the old: as many lines before and after its "…", and none of a folder that is gone."""
    lines = re.sub(re.escape(directory) + r'\S*', '…', actual).rstrip('\n').split('\n')
    old = expected.split('\n')
    if '…' in old:
        place = old.index('…')
        rest = len(old) - place - 1
        if len(lines) > place + rest:
            lines = lines[:place] + ['…'] + lines[len(lines) - rest:]
    return '\n'.join(lines)


def run(work, words):
    update = words[:1] == ['--update']
    build('machine', 'fabric-lab')
    failed = skipped = count = 0
    for number, name in enumerate(words[update:]):
        path, text = pathlib.Path(name), pathlib.Path(name).read_text()
        for index, block in enumerate(BLOCK.finditer(text)):
            directory = pathlib.Path(work, f'{number}-{index}')
            directory.mkdir()
            try:
                place = place_of(block['place'], str(directory), BUILT / 'rdmactl')
            except Missing as missing:
                print(f'skip {name}, block {index + 1}: {missing}')
                skipped += 1
                continue
            shown = []
            with place:
                for command, expected in commands(block['text']):
                    result = place.shell(command.split('  #')[0])
                    actual = result.stdout + result.stderr
                    count += 1
                    if not pattern(expected).fullmatch(actual) and not pattern(expected).fullmatch(result.stdout):
                        failed += not update
                        if not update:
                            print(f'$ {command}\n{actual}expected:\n{expected}\nfail {name}: {command}')
                        expected = shortened(expected, result.stdout or actual, str(directory))
                    shown.append(f'$ {command}\n' + (expected + '\n' if expected else ''))
            if update:
                path.write_text(path.read_text().replace(block['text'], ''.join(shown)))
    if count and not failed:
        print(f'pass {count} samples of {" ".join(words[update:])}')
    return 1 if failed else 0
