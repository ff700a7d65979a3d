"""Scenes: what is shown, and what is claimed of the output. A claim is (words, pattern), (words, exit status), or (words, test)."""
import os, pathlib, re, subprocess, sys, time

from places import BUILT, Missing, Place, build, demo_fabric, machine, namespace


def absent(pattern):
    return lambda stage: not re.search(pattern, stage.text, re.M)


def lines(number, pattern='.'):
    return lambda stage: len(re.findall(pattern + '.*', stage.out, re.M)) == number


class Stage:
    """Runs commands in a place, shows them, and keeps the last output for the claims."""

    def __init__(self):
        self.claims = self.broken = 0
        tty = sys.stdout.isatty() and not os.environ.get('NO_COLOR') and os.environ.get('TERM') != 'dumb'
        self.colour = lambda code, words: f'\033[{code}m{words}\033[0m' if tty else words
        self.place, self.prompt, self.kept = None, '', {}

    def title(self, words):
        print('\n' + self.colour(1, words), flush=True)

    def show(self, line, *claims, soon=None, brief=False):
        """`soon`: the command is repeated, unseen, until this is in its output."""
        for attempt in range(100 if soon else 1):
            result = self.place.shell(line)
            self.out, self.text, self.status = result.stdout, result.stdout + result.stderr, result.returncode
            if not soon or re.search(soon, self.text, re.M):
                break
            time.sleep(0.1)
        print(f'\n{self.prompt}$ {line}')
        print('\n'.join(row[:150] for row in self.text.split('\n')[:3]) + '\n…' if brief else self.text, end='', flush=True)
        self.judge(claims)

    def judge(self, claims):
        for words, claim in claims:
            holds = (self.status == claim if isinstance(claim, int) else claim(self) if callable(claim)
                     else bool(re.search(claim, self.text, re.M)))
            self.claims += 1
            self.broken += not holds
            print(self.colour(32, f'  ok: {words}') if holds else self.colour(31, f'  NOT SO: {words}'), flush=True)

    def at(self, place, host=None):
        self.place, self.prompt = place, f'{host} ' if host else ''
        if host:
            place.on(host)


def fabric(stage, work):
    with demo_fabric(work, BUILT / 'rdmactl') as subnet:
        show = stage.show
        stage.title('Eight hosts, two leaves and two spines, simulated by ibsim. Nobody manages the subnet yet.')
        stage.at(subnet, 'host0')
        show('rdmactl status', ('the port is in init', ' init '), ('the reason is named', r'\[port\.no_sm\]'),
             ('and what to run next', 'next: rdmactl sm start ibsim0/1 --wait'))
        show('rdmactl status --expect state=active', ('a script learns it from the exit status', 2))

        stage.title('As the message says: the real opensm, as rdmactl runs it.')
        subnet.manage('host0', 'host7')
        stage.at(subnet, 'host0')
        show('rdmactl sm start ibsim0/1 --yes --wait --priority 5 --config quick.conf',
             ('master, and the port is active', 'port  *active'), ('exit status 0', 0))
        show('rdmactl sm list', ('one master, and it runs here', '^master  *5 .* here '))
        show('rdmactl sm status', ('it is alive', 'alive  *yes'))
        show('rdmactl status -v', ('the problem is gone', absent(r'\[port\.no_sm\]')), ('the port has a LID', 'SM LID  *[1-9]'))

        stage.title("The MAC address that IPoIB under Windows made of the port's GUID.")
        show('rdmactl guid2mac 0002c90300d00041', ('the GUID is recognized', 0), ('as one of Mellanox', 'Mellanox'))

        stage.title('The whole subnet. One cable runs on one lane of four, and one port counts errors.')
        show('rdmactl fabric discover', ('every switch, adapter and cable', '4 switches, 8 adapters, 12 links'))
        show('rdmactl fabric links', ('the slow cable comes first', lambda stage: '1x HDR' in stage.out.split('\n')[1]),
             ('and is counted', '12 links, 1 degraded'))
        show('rdmactl fabric errors', ('the counter', 'SymbolErrorCounter'), ('exit status 2', 2))
        show('rdmactl fabric check -v', ('the bad cable', r'warning: leaf1/3 - host5 .*cable or a connector.*\[fabric\.degraded_width\]'), ('exit status 2', 2))
        show('rdmactl fabric route host0 host7', ('hop by hop, by the switches\' own tables', 'over 4 links'))

        stage.title('The fabric is saved. Somebody pulls a cable.')
        show('rdmactl fabric discover --json | tee before.json', ('a schema that stays', r'rdmactl\.fabric\.discover/1'), brief=True)
        os.write(subnet.console, b'Unlink "leaf0"[6]\n')
        show('rdmactl fabric diff before.json', ('the cable, by both its ends', '^- link leaf0/6 to spine1/1'), ('exit status 2', 2),
             soon='leaf0/6')

        stage.title('A second subnet manager on another host, to take over when the first one stops.')
        stage.at(subnet, 'host7')
        show('rdmactl sm start --yes --wait --priority 3 --config quick.conf', ('it is standby', 'standby'))
        stage.at(subnet, 'host0')
        show('rdmactl sm handover 0002c90300d000b1 --yes', ('a handover to a lower priority does not last',
             r'\[sm\.state_not_reached\]'), ('exit status 2', 2))
        stage.at(subnet, 'host7')
        show('rdmactl sm priority 9 --yes')
        show('rdmactl sm list', ('with the higher priority it is master', '^master  *9 .*0002c90300d000b1'), soon='^master  *9 ')
        show('rdmactl sm stop --yes')
        stage.at(subnet, 'host0')
        show('rdmactl sm list', ('the standby took over', '^master  *5 .*0002c90300d00041'), soon='^master  *5 ')

        stage.title('A configuration with mistakes, before opensm reads it in silence.')
        pathlib.Path(work, 'bad.conf').write_text('sweep_intervall 10\nsm_priority 19\nconsole loopback\n')
        show('rdmactl sm lint bad.conf', ('a key that opensm ignores', r'bad\.conf:1: sweep_intervall'),
             ('a value that cannot be', r'bad\.conf:2: sm_priority 19'),
             ('a console for every local user', r'\[sm\.lint\.console_open\]'), ('exit status 2', 2))
        show('rdmactl sm stop --yes', ('the subnet manager has stopped', 0))


def recorded(stage, work):
    for name, title, line, *claims in [
        ('cx7-8', 'A recorded machine with eight ConnectX-7: one port is off, one card has half a PCI Express link.',
         'status', ('the port that is off', r'\[port\.disabled\]'),
         ('the narrow link, between which two ends', r'0000:ab:01\.0 to 0000:ac:00\.0'),
         ('a Gen5 card in a Gen4 slot is not a fault', absent('warning: mlx5_6'))),
        ('unbound-alone', 'A host whose adapter has no driver: an empty answer would look healthy.', 'status',
         ('exit status 3 and the way out', 3)),
        ('cx3-vpi', 'The same for a script, and as the Windows tool vstat wrote it.', 'status mlx4_0/1 --format vstat',
         ("vstat's words", r'port_state=PORT_ACTIVE \(4\)')),
        ('cx3-vpi', None, 'status -q', ('two ports', lines(2))),
    ]:
        if title:
            stage.title(title)
        stage.at(machine(work, BUILT / 'rdmactl', name))
        stage.show(f'rdmactl {line}', *claims)


def killed_burn(stage, line):
    """Starts a burn, and kills it as soon as it writes."""
    place = stage.place
    print(f'\n$ {line} &   # and kill -9', flush=True)
    words = [str(place.program), *place.options, *line.split()[1:], '--progress', 'json']
    process = subprocess.Popen(words, cwd=place.work, env=place.environment, stdin=subprocess.DEVNULL, text=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    stage.text = next((row for row in process.stderr if '"what":"writing' in row), '')
    process.kill()
    stage.status = process.wait()
    print(stage.text, end='')
    stage.judge([('killed while it wrote', -9)])


def firmware(stage, work):
    show, card = stage.show, '-d 0000:03:00.0'
    stage.at(Place(work, BUILT / 'rdmactl'))
    stage.title('A firmware burn, rehearsed on a simulated ConnectX-3 and a ConnectX-5.')
    show('rdmactl sim create lab --profile connectx3 --profile connectx5')
    for name, words in ('new', 'connectx3 --version 2.42.5700 --code-size 60000'), \
            ('newer', 'connectx3 --version 2.42.5800 --code-size 300000'), ('other', 'connectx5 --version 99.1.1'):
        show(f'rdmactl sim image {name}.bin --profile {words}')
    stage.place.options = ['--sim', f'{work}/lab']
    show('rdmactl fw list', ('two adapters', lines(2, '.*ConnectX-[35]')))
    show(f'rdmactl fw query {card}', ('the version that boots', r'2\.42\.5000'))

    stage.title('An image for another card is refused, before anything is touched.')
    show(f'rdmactl fw burn {card} -i other.bin --yes', ('exit status 7', 7), ('nothing was written', 'nothing was written'))

    stage.title('First the plan alone, then the burn.')
    show(f'rdmactl fw burn {card} -i new.bin --dry-run', ("the plan keeps the card's GUIDs", 'GUIDs  *kept: 0002c9'))
    show(f'rdmactl fw query {card} -q', ('a dry run writes nothing', r'^2\.42\.5000$'))
    show(f'rdmactl fw burn {card} -i new.bin --yes', ('written and read back', 'read back'), ('with a backup', 'backup'))
    show(f'rdmactl fw verify {card} -q', ('the image is whole', '^ok$'))
    show(f'rdmactl fw burn {card} -i new.bin --yes', ('the same once more', 'nothing to do'))

    stage.title('The next burn is killed while it writes. The card is not lost.')
    killed_burn(stage, f'rdmactl fw burn {card} -i newer.bin --yes')
    show(f'rdmactl fw query {card}', ('the semaphore that it left is named, with exit status 5', 5), ('and the way out', 'fw unlock'))
    show(f'rdmactl fw unlock {card} --yes', ('it is free again', 0))
    show(f'rdmactl fw query {card}', ('the image from before boots', r'2\.42\.5700'),
         ('the burn that did not end is named', r'\[flash\.interrupted_burn\]'))
    show(f'rdmactl fw recover {card} --yes', ('there was nothing to repair', 0))
    show(f'rdmactl fw burn {card} -i newer.bin --yes', ('the second try ends well', r'2\.42\.5800'))
    show(f'rdmactl fw verify {card} -q', ('the image is whole', '^ok$'))


def explained(stage, work):
    stage.title('What the words of the Windows drivers mean here, and the command for it.')
    stage.at(Place(work, BUILT / 'rdmactl'))
    stage.show('rdmactl explain chimney', ('nothing does TCP offload, and why', 'nothing: Linux keeps TCP in the kernel'),
               ('a command to copy', 'rdmactl offload set IF tso=on'))
    stage.show('rdmactl explain "receive side scaling" -q', ('by any of its names', '^rdmactl offload set IF rss=N$'))
    stage.show('rdmactl explain port.no_sm -q', ('the ids of findings, too', 'sm start'))
    stage.show('rdmactl explain chimny', ('a slip finds its neighbours', 'EnableTCPChimney'))


def offloads(stage, work):
    show = stage.show
    stage.title('Offloads, queues, moderation and TCP knobs. Of this machine they are only read.')
    stage.at(Place(work, BUILT / 'rdmactl'))
    show('rdmactl offload show --json', ('one object for all interfaces', r'rdmactl\.offload/1'), brief=True)
    with namespace(work, BUILT / 'rdmactl') as place:
        stage.at(place)
        stage.title('What follows is changed in a network name space with an interface of its own: demo0.')
        show('rdmactl offload show demo0', ('segmentation is on', 'tso  *on'))
        before = stage.out
        show('rdmactl offload set demo0 tx-csum=off mtu=1400', ('without a terminal and --yes nothing is written', 7))
        show('rdmactl offload set demo0 tx-csum=off mtu=1400 --yes', ('the way back', 'undo'),
             ('what the kernel changed with it', 'not asked for'))
        show('rdmactl offload set demo0 tx-csum=off mtu=1400 --yes', ('the same once more', 0), ('already set', '[Aa]lready'))
        show('rdmactl offload set demo0 mtu=70000 tso=on --yes', ('refused before anything is written', 6))
        show('rdmactl offload history', ('the journal has one change', lines(1, '.*offload set')))
        show('rdmactl offload undo --yes', ('undone', 0))
        show('rdmactl offload show demo0', ('every setting is as it was', lambda stage: stage.out == before))


def run(work, words):
    build('rdmactl', 'machine', 'fabric-lab')
    stage = Stage()
    for scene in fabric, recorded, firmware, explained, offloads:
        try:
            scene(stage, work)
        except Missing as missing:
            stage.title(f'Left out ({scene.__name__}): {missing} (make deps installs what is missing).')
            stage.broken += scene is fabric
    stage.title(f'{stage.claims - stage.broken} of {stage.claims} claims hold.')
    return 1 if stage.broken else 0
