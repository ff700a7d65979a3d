"""How fast and how big, beside the peers: a row is measured in the same run, in turns, and each has its limit.

    Row(place, counter, ours, peer, limit, sentence)

place:    where both run (PLACES), counter: what is counted (COUNTERS), limit: of ours to the peer's; without a peer, of ours;
          None: for information. The sentence is the row's name here and in Tests/README.md (bench --markdown prints the table).
"""
import collections, json, os, pathlib, re, shlex, shutil, statistics, subprocess, sys, time

from places import BUILT, PACKAGE, Fabric, Missing, Place, build, machine, namespace, need, text_of

Row = collections.namedtuple('Row', 'place counter ours peer limit sentence')
CARD = '0000:03:00.0'
SIX = 'sh -c "for option in k g l c x a; do ethtool -$option {interface}; done || true"'
TWICE = 'offload set demo0 tx-csum=off gro=on mtu=1400 --yes'


def cards():
    for profile, size, verify, burn in ('connectx3', 14908, .75, .6), ('connectx3', 391740, .75, .6), \
            ('connectx4,recovery', 21000, .3, .3), ('connectx5,recovery', 71000, .3, .3):
        place, of = f'card {profile} {size}', f'of {profile}, {size} bytes, to mstflint\'s'
        yield Row(place, 'operations', f'fw verify -d {CARD}', f'mstflint -d {CARD} verify', verify, f'fw verify {of}')
        yield Row(place, 'operations', f'fw burn -d {CARD} -i image --yes --no-backup',
                  f'mstflint -d {CARD} -i image -y burn', burn, f'fw burn {of}')
        yield Row(place, 'operations', f'fw query -d {CARD}', f'mstflint -d {CARD} query', .5, f'fw query {of}')
    running = 'card connectx5 16384'
    yield Row(running, 'operations', f'fw query -d {CARD}', f'mstflint -d {CARD} query', .5, 'fw query of a running connectx5, to mstflint\'s')
    yield Row(running, 'operations', f'fw config show -d {CARD} --all', f'mstconfig -d {CARD} query', .1,
              'fw config show --all of a running connectx5, to mstconfig query\'s')


def running_cards():
    for profile, size in ('connectx4', 21000), ('connectx5', 71000):
        place, of = f'card {profile} {size}', f'of a running {profile}, {size} bytes, to mstflint\'s'
        yield Row(place, 'operations', f'fw query -d {CARD}', f'mstflint -d {CARD} query full', .5, f'fw query {of}')
        yield Row(place, 'operations', f'fw burn -d {CARD} -i image --yes --no-backup',
                  f'mstflint -d {CARD} -i image -y burn', .3, f'fw burn {of}')


def sweeps():
    for hosts, default, window, floor in (1024, .5, 1.0, 1.5), (11664, .25, .5, 2):
        place, of = f'fabric {hosts}', f'discover of {hosts} hosts, to'
        yield Row(place, 'datagrams', 'fabric discover', 'ibnetdiscover -o 32', .87, f'datagrams of {of} ibnetdiscover\'s')
        yield Row(place, 'least', 'fabric discover', 'ibnetdiscover', default, f'{of} ibnetdiscover')
        yield Row(place, 'least', 'fabric discover', 'ibnetdiscover -o 32', window, f'{of} ibnetdiscover -o 32')
        yield Row(place, 'least', 'fabric discover', '{floor} {datagrams} 32 1', floor, f'{of} the floor of its datagrams')
        yield Row(place, 'cpu per port', 'fabric discover', None, None, f'CPU (µs) per port of {hosts} hosts')
        yield Row(place, 'memory per port', 'fabric discover', None, None, f'memory (KiB) per port of {hosts} hosts')


ROWS = [
    Row('here', 'size', '--version', None, 32, 'size of the program, MB'),
    Row('big', 'threads', 'status', None, 0, 'threads started by status'),
    Row('big', 'median', 'status', None, 30, 'status, 8 cards and 64 virtual functions'),
    Row('big', 'median', 'status --json', None, None, 'the same with --json'),
    Row('eight', 'calls', 'counters', None, 700, 'system calls of counters, 8 cards'),
    Row('eight', 'cpu', 'counters', None, 10, 'CPU of counters, 8 cards, ms'),
    Row('eight', 'calls', 'metrics', None, 700, 'system calls of metrics, 8 cards'),
    Row('eight', 'cpu', 'metrics', None, 10, 'CPU of metrics, 8 cards, ms'),
    Row('fleet 5000', 'cpu', 'fold answers', None, 2000, 'CPU of fold, 5000 answers of 33 KB, ms'),
    Row('fleet 5000', 'memory', 'fold answers', None, 300, 'memory of fold, the same, MiB'),
    Row('nameless', 'median', 'status', None, None, 'status, 32 adapters that only the PCI id list knows'),
    Row('here', 'median', '--version', 'mstflint --version', 1.6, '--version, to mstflint\'s'),
    Row('small', 'median', 'status', 'ibstat', 1.8, 'status, to ibstat on a simulated host'),
    *cards(),
    *running_cards(),
    Row('images', 'median', 'fw verify -i small.bin', 'mstflint -i small.bin verify', 2, 'fw verify -i, FS2 of 20 KB, to mstflint'),
    Row('package', 'cpu', 'fw verify -i large.bin', 'mstflint -i large.bin verify', .25, 'CPU of fw verify -i, FS3 of 2.2 MB'),
    Row('offload', 'least', 'offload show --json', SIX, 1.0, 'offload show of all, to ethtool\'s six of one'),
    Row('offload', 'least', 'explain chimney', '{program} --version', 4, 'explain chimney, to --version'),
    Row('offload', 'messages', 'offload show --json', None, 9, 'netlink messages of offload show, all interfaces'),
    Row('offload', 'calls', 'offload show --json', SIX, None, 'system calls of offload show, to ethtool\'s six of one'),
    Row('offload', 'instructions', '--version', None, 3600, 'instructions of --version, thousand'),
    Row('offload', 'instructions', 'explain chimney', None, 42000, 'instructions of explain chimney, thousand'),
    Row('big', 'instructions', 'status', None, 88000, 'instructions of status, 8 cards and 64 functions, thousand'),
    # That the first call's messages are counted shows that the second one's would be.
    Row('set', 'no settings', TWICE, None, 0, 'a first offload set that sets nothing'),
    Row('set', 'settings', TWICE, None, 0, 'messages that set, in a second identical offload set'),
    *sweeps(),
    Row('delay 1024', 'least', 'fabric discover', 'ibnetdiscover', .1, 'discover with 1 ms of delay, to ibnetdiscover'),
    Row('lids 1024', 'least', 'fabric errors', 'ibqueryerrors', .5, 'fabric errors of 1024 hosts, to ibqueryerrors'),
    Row('unmanaged 1024', 'bring-up', 'sm start --yes --wait --timeout 120', 'opensm -o', 1.10, 'sm start --wait, 1024 hosts, to opensm -o'),
]
PARTS = {'fabric': 'fabric|delay|lids|unmanaged', 'offload': 'offload|set', 'fw': 'card|images|package', 'status': 'here|big|eight|nameless|small', 'fleet': 'fleet'}


class Bench:
    def __init__(self, work, program):
        self.work, self.program, self.values = work, program, {'floor': BUILT / 'mad-floor', 'program': program}

    # Places.
    def place(self, name):
        kind, *rest = name.split()
        build_place = getattr(self, f'at_{kind}', None)
        return build_place(*rest) if build_place else Place(self.work, self.program)

    def at_big(self): return machine(self.work, self.program, 'big-host')
    def at_eight(self): return machine(self.work, self.program, 'cx7-8')
    def at_nameless(self): return machine(self.work, self.program, 'nameless-host')
    def at_set(self): need('strace'); return namespace(self.work, self.program)

    def at_fleet(self, hosts):
        """Answers with identities of their own, as clush brings them; every seven hundredth has an older firmware."""
        place = machine(self.work, self.program, 'cx7-8')
        answer = json.loads(place.shell('rdmactl status --json').stdout)
        for adapter in answer['adapters']:
            for port in adapter['ports']:
                port['gids'] = [{**(port['gids'] or [{}])[0], 'index': index, 'gid': f'fe80::{index:x}'} for index in range(24)]
        text = json.dumps(answer, separators=(',', ':'))
        with open(f'{self.work}/answers', 'w') as file:
            for number in range(int(hosts)):
                own = text.replace('a088c203', f'{number:08x}')
                file.write(f'n{number:04d}: {own.replace("28.39.1002", "28.38.1002") if number % 700 == 5 else own}\n')
        return place

    def at_images(self):
        place = Place(self.work, self.program)
        place.shell('rdmactl sim image small.bin --profile connectx3 --code-size 14908')
        return place

    def at_package(self):
        package = os.environ.get('RDMACTL_TEST_MFA2')
        if not package:
            raise Missing('RDMACTL_TEST_MFA2 names no package')
        place = Place(self.work, self.program)
        psid = place.shell(f'rdmactl fw extract {shlex.quote(package)} -q').stdout.split()[0]
        place.shell(f'rdmactl fw extract {shlex.quote(package)} --psid {psid} -o large.bin')
        return place

    def at_offload(self):
        need('ethtool', 'strace')
        names = sorted(os.listdir('/sys/class/net'), key=lambda name: not os.path.exists(f'/sys/class/net/{name}/device'))
        self.values['interface'] = next(name for name in names if name != 'lo')
        return Place(self.work, self.program)

    def at_card(self, profile, size):
        need('mstflint', 'mstconfig')
        place, fuse = Place(self.work, self.program), BUILT / 'adapter-fuse'
        for path in 'flash.ours', 'flash.peer', 'image':
            pathlib.Path(self.work, path).unlink(missing_ok=True)
        subprocess.run([fuse, '--profile', profile, '--make-image', 'image', '--version', '99.12.1234', '--code', size],
                       check=True, cwd=self.work)
        made = subprocess.run([fuse, '--profile', profile, '--flash', 'flash.ours', '--', 'true'], cwd=self.work,
                              capture_output=True, text=True)
        if made.returncode:
            raise Missing(made.stderr.strip())
        shutil.copy(f'{self.work}/flash.ours', f'{self.work}/flash.peer')
        self.fuse = [fuse, '--profile', profile, '--report', 'report']
        return place

    def at_small(self):
        pathlib.Path(self.work, 'net.small').write_text(
            'caguid=0x2c90300aabbc0\nCa 1 "host0"\n[1] "leaf"[1] # lid 0 4xQDR\n\n'
            'switchguid=0x2c90300ff0000\nSwitch 2 "leaf"\n[1] "host0"[1] # lid 0 4xQDR\n')
        return Fabric(self.work, self.program, 'net.small')

    def at_fabric(self, hosts):
        need('ibnetdiscover', 'ibqueryerrors')
        net = f'net.{hosts}'
        subprocess.run([BUILT / 'fabric-lab', 'net', 'fat-tree', '--hosts', hosts, '--radix', '36', '--levels', '3', '-o', net],
                       check=True, cwd=self.work)
        return Fabric(self.work, self.program, net)

    at_unmanaged = at_fabric

    def at_delay(self, hosts):
        place = self.at_fabric(hosts)
        place.held.enter_context(place.proxy('--delay-us', '1000'))
        return place

    def at_lids(self, hosts):
        place = self.at_fabric(hosts)
        place.shell(f'opensm -o -n 32 -f {self.work}/osm.log')
        return place

    # Counters. Each gives the value of ours and of the peer (None where there is none).
    def words(self, command, peer):
        words = [word.format(**self.values) if '{' in word else word for word in shlex.split(command)]
        return words if peer else [str(self.program), *self.at.options, *words]

    def once(self, words, before=()):
        """Wall time and processor time in milliseconds, memory in KiB."""
        words = [*self.at.before, *before, *words]
        null = os.open(os.devnull, os.O_RDWR)
        actions = [(os.POSIX_SPAWN_DUP2, null, descriptor) for descriptor in range(3)]
        here = os.getcwd()
        os.chdir(self.work)
        begin = time.perf_counter()
        process = os.posix_spawn(shutil.which(words[0]) or words[0], words, self.at.environment, file_actions=actions)
        _, status, used = os.wait4(process, 0)
        wall = time.perf_counter() - begin
        os.chdir(here)
        os.close(null)
        if os.waitstatus_to_exitcode(status) not in (0, 2):
            raise SystemExit(f'bench: status {status}: {shlex.join(map(str, words))}')
        return wall * 1000, (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss

    def turns(self, row):
        commands = [self.words(command, command is row.peer) for command in (row.ours, row.peer) if command]
        limit, rounds = time.monotonic() + 25, []
        while len(rounds) < 41 and (len(rounds) < 3 or time.monotonic() < limit):
            rounds.append([self.once(words) for words in commands])
        return list(zip(*rounds[1:] if len(rounds) > 3 else rounds))

    def timed(self, row, choose):
        values = [choose(samples) for samples in self.turns(row)]
        return values[0], values[1] if row.peer else None

    def median(self, row): return self.timed(row, lambda samples: statistics.median(sample[0] for sample in samples))
    def least(self, row): return self.timed(row, lambda samples: min(sample[0] for sample in samples))
    def cpu(self, row): return self.timed(row, lambda samples: min(sample[1] for sample in samples))
    def memory(self, row): return self.once(self.words(row.ours, False))[2] / 1024, None
    def size(self, row): return os.path.getsize(self.program) / 1e6, None

    def cpu_per_port(self, row): return self.cpu(row)[0] * 1000 / self.at.ports, None

    def memory_per_port(self, row):
        return (self.once(self.words(row.ours, False))[2] - self.once(self.words('--version', False))[2]) / self.at.ports, None

    def each(self, row, count):
        return count(self.words(row.ours, False), 'ours'), count(self.words(row.peer, True), 'peer') if row.peer else None

    def traced(self, words, *options):
        """The lines of strace, which follows the program alone."""
        need('strace')
        trace = f'{self.work}/trace'
        self.once(words, ['strace', '-f', '-qq', '-o', trace, *options])
        return open(trace, errors='replace').read().splitlines()

    def threads(self, row):
        return self.each(row, lambda words, _: len(self.traced(words, '-e', 'trace=clone,clone3,fork,vfork')))

    def calls(self, row):
        return self.each(row, lambda words, _: sum(bool(re.match(r'\d+ +[a-z_0-9]+\(', line)) for line in self.traced(words)))

    def messages(self, row):
        return self.each(row, lambda words, _: sum('nlmsg_type' in line and 'send' in line for line in self.traced(words)))

    def settings(self, row):
        """Netlink messages that set: RTM_*LINK, and of ethtool's up to EEE_SET (24) 3, 5, 8 and the even ones from 10 on."""
        count = 0
        for line in self.traced(self.words(row.ours, False), '-xx', '-s', '4', '-e', 'trace=sendto,sendmsg'):
            command = re.search(r'nlmsg_type=ethtool.*?}, "\\x([0-9a-f]{2})', line)
            number = int(command[1], 16) if command else 0
            count += bool(re.search('nlmsg_type=RTM_(NEW|SET|DEL)LINK', line)) or number in (3, 5, 8) or (number >= 10 and number % 2 == 0)
        return count, None

    def no_settings(self, row): return int(self.settings(row)[0] == 0), None

    def instructions(self, row):
        need('valgrind')
        def count(words, _):
            result = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', *words],
                                    capture_output=True, text=True, cwd=self.work)
            found = re.findall(r'Collected *: (\d+)', result.stderr)
            if not found:
                raise SystemExit(f'bench: valgrind: {result.stderr}')
            return sum(map(int, found)) // 1000
        return self.each(row, count)

    def operations(self, row):
        def count(words, side):
            self.once([*map(str, self.fuse), '--flash', f'flash.{side}', '--', *words])
            report = open(f'{self.work}/report').read()
            return sum(map(int, re.findall(r'"configuration(?:Reads|Writes)" *: *(\d+)', report)))
        return self.each(row, count)

    def datagrams(self, row):
        def count(words, _):
            with self.at.proxy('--count', f'{self.work}/counted'):
                self.once(words)
                time.sleep(0.5)
            lines = open(f'{self.work}/counted').read().split('\n')
            self.values['datagrams'] = sum(int(line.split()[1]) for line in lines if line)
            return self.values['datagrams']
        return self.each(row, count)

    def bring_up(self, row):
        """A fresh fabric for each: the time until opensm has it up."""
        times = [[], []]
        for _ in range(3):
            for side, command in enumerate((row.ours, row.peer)):
                with Fabric(self.work, self.program, 'net.1024') as self.at:
                    shutil.rmtree(f'{self.work}/host0')
                    self.at.on('host0')
                    self.at.manage('host0')
                    times[side].append(self.once(self.words(command, command is row.peer))[0])
        return min(times[0]), min(times[1])


def rounded(value):
    return f'{value:.0f}' if value >= 100 else f'{value:.3g}'


def run(work, words):
    markdown = words[:1] == ['--markdown']
    program, part = [*words[markdown:], None, None][:2]
    program = pathlib.Path(program or PACKAGE / '.build/stripped/rdmactl').resolve()
    if not os.access(program, os.X_OK):
        sys.exit(f'bench: {program} is not built (make build)')
    build('machine', 'adapter-fuse', 'fabric-lab', 'mad-floor')
    bench, over, skipped = Bench(work, program), 0, 0
    rows = [row for row in ROWS if not part or re.fullmatch(PARTS[part], row.place.split()[0])]
    places = list(dict.fromkeys(row.place for row in rows))
    results = {}
    for name in places:
        try:
            with bench.place(name) as bench.at:
                for row in rows:
                    if row.place == name:
                        results[row] = getattr(bench, re.sub('[ -]', '_', row.counter))(row)
        except Missing as missing:
            print(f'{name}: skipped: {missing}')
            skipped += 1
    per_port = {row.sentence.split()[0]: value for row, (value, _) in results.items() if '11664' in row.place and 'per port' in row.counter}
    for row, (ours, peer) in results.items():
        value = ours / peer if peer else ours
        if row.counter.endswith('per port') and '1024' in row.place and row.sentence.split()[0] in per_port:
            growth = Row('', '', '', None, 1.25, f'{row.sentence.split()[0]} per port, 11664 hosts to 1024')
            over += show(growth, per_port[row.sentence.split()[0]] / ours, '', markdown)
        detail = f'{rounded(ours)} to {rounded(peer)}' if peer else ''
        over += show(row, value, detail, markdown)
    print(f'{over} over the limit, {skipped} skipped')
    return 1 if over else 0


def show(row, value, detail, markdown):
    verdict = '' if row.limit is None else 'ok' if value <= row.limit else 'OVER'
    limit = '–' if row.limit is None else f'{row.limit:g}'
    times = ' ×' if detail else ''
    if markdown:
        print(f'| {row.sentence} | {rounded(value)}{times}{f" ({detail})" if detail else ""} | {limit}{times if row.limit else ""} |')
    else:
        print(f'{row.sentence:60} {rounded(value):>8}{times:2} limit {limit:>7} {verdict:4} {detail}', flush=True)
    return verdict == 'OVER'
