"""Where a command runs: recorded machines, ibsim with the real opensm, simulated adapters, name spaces."""
import contextlib, os, pathlib, re, shlex, shutil, subprocess, sys, time

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
# RDMACTL_BUILT: the programs are there already, and nothing is built.
BUILT = pathlib.Path(os.environ.get('RDMACTL_BUILT', PACKAGE / '.build/debug')).resolve()
os.environ['PATH'] += ':/usr/sbin:/sbin'
os.environ['SWIFT_BACKTRACE'] = 'enable=no'


class Missing(Exception):
    """Something that this machine does not have; what needs it is skipped."""


def need(*tools):
    for tool in tools:
        if not shutil.which(tool):
            raise Missing(f'{tool} is not installed')


def text_of(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


# Places: where a command runs. Each has an environment, words that go before the program's own, and what must be ended.

class Place:
    def __init__(self, work, program):
        self.work, self.program = work, program
        self.environment = dict(os.environ, RDMACTL_STATE_DIR=f'{work}/state', RDMACTL_RUN_DIR=f'{work}/run')
        self.before, self.options, self.held = [], [], contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.held.close()

    def child(self, command, **options):
        process = subprocess.Popen(command, **options)
        self.held.callback(end, process)
        return process

    def shell(self, line, timeout=120):
        """A line as a user types it: rdmactl is the program, in this place; sudo is not asked."""
        programs = pathlib.Path(self.work, 'bin')
        programs.mkdir(exist_ok=True)
        environment = dict(self.environment, PATH=f'{programs}:{os.environ["PATH"]}')
        # The preloaded library is for what asks the fabric, not for the shell around it.
        preload = environment.pop('LD_PRELOAD', None)
        words = ['env', f'LD_PRELOAD={preload}'] if preload else []
        for name, command in ('rdmactl', [*words, str(self.program), *self.options]), ('opensm', [*words, '/usr/sbin/opensm']), \
                ('sudo', []):
            (programs / name).write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
            (programs / name).chmod(0o755)
        return subprocess.run([*self.before, 'bash', '-c', line], cwd=self.work, env=environment, timeout=timeout,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)


def end(process):
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(holds, what, seconds=30):
    limit = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > limit:
            raise SystemExit(f'proof: {what}')
        time.sleep(0.05)


def machine(work, program, name):
    """A recorded machine of Tests/Machines."""
    place = Place(work, program)
    if not os.path.isdir(f'{work}/{name}'):
        subprocess.run([BUILT / 'machine', name, f'{work}/{name}'], check=True)
    place.options = ['--root', f'{work}/{name}']
    return place


class Fabric(Place):
    """ibsim with a net; a host of it at a time. `delay` or `count`: behind a proxy."""
    number = 0

    def __init__(self, work, program, net, host='host0', worn=()):
        super().__init__(work, program)
        need('ibsim', 'opensm', 'ibstat')
        libraries = [os.environ.get('UMAD2SIM', ''), *map(str, pathlib.Path('/usr').glob('lib*/**/umad2sim/libumad2sim.so'))]
        self.library = next((path for path in libraries if os.path.isfile(path)), None)
        if not self.library:
            raise Missing('libumad2sim is not installed')
        Fabric.number += 1
        self.socket = f'rdmactl-proof-{os.getpid()}-{Fabric.number}'
        lines = [line.split() for line in open(f'{work}/{net}') if re.match(r'(Switch|Ca)\s', line)]
        self.ports = sum(int(line[1]) + (line[0] == 'Switch') for line in lines)
        switches = sum(line[0] == 'Switch' for line in lines)
        # ibsim ends above its own limits, so it is given larger ones; at the end of its console it would spin.
        limits = ['-N', len(lines) + 8, '-S', switches + 8, '-P', self.ports + len(lines) + 64]
        reader, self.console = os.pipe()
        process = self.child(['ibsim', '-s', *map(str, limits), net], cwd=work, stdin=reader, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, env=dict(os.environ, IBSIM_SOCKNAME=self.socket))
        self.held.callback(process.kill)
        self.serves(self.socket)
        self.served = self.socket
        if worn:
            self.held.enter_context(self.proxy(*(word for port in worn for word in ('--worn', port))))
        self.on(host)

    @staticmethod
    def serves(socket):
        wait_until(lambda: f'@{socket}:out9' in open('/proc/net/unix').read(), 'ibsim does not serve')

    def on(self, host):
        directory = f'{self.work}/{host}'
        os.makedirs(directory, exist_ok=True)
        self.environment.update(
            IBSIM_SOCKNAME=self.served, LD_PRELOAD=self.library, SIM_HOST=host, OSM_TMP_DIR=directory,
            OSM_CACHE_DIR=directory, RDMACTL_STATE_DIR=f'{directory}/state', RDMACTL_RUN_DIR=f'{directory}/run')

    def manage(self, *hosts):
        """These hosts run opensm, at the latest until the place ends: before ibsim, which opensm says good-bye to."""
        for host in hosts:
            self.held.callback(self.stop, host)

    def stop(self, host):
        self.on(host)
        self.shell('rdmactl sm stop --yes || rdmactl sm stop --yes --force')

    @contextlib.contextmanager
    def proxy(self, *options):
        name = f'{self.socket}-proxy'
        process = subprocess.Popen([BUILT / 'fabric-lab', 'proxy', '--upstream', self.socket, '--name', name, *options],
                                   cwd=self.work, stderr=subprocess.DEVNULL)
        self.serves(name)
        self.served = self.environment['IBSIM_SOCKNAME'] = name
        try:
            yield
        finally:
            end(process)
            self.served = self.environment['IBSIM_SOCKNAME'] = self.socket


def namespace(work, program, name='demo0'):
    """User, network and mount name spaces with a pair of veth: everything may be changed, nothing of this machine."""
    place = Place(work, program)
    script = f'mount -t sysfs none /sys && ip link add {name} type veth peer name {name[:-1]}1 && echo ready && exec sleep 9999'
    holder = place.child(['unshare', '-rnm', 'sh', '-c', script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if holder.stdout.readline() != 'ready\n':
        raise Missing(f'no name space of its own: {holder.stderr.read().strip()}')
    place.before = ['nsenter', '-t', str(holder.pid), '-U', '-n', '-m', '--preserve-credentials', f'--wd={work}']
    return place


DEMO_NET = ['two-levels', '--hosts', '8', '--leaves', '2', '--spines', '2', '--errors', '1', '--seed', '3']
# leaf1/3 and host5/1: the cable between them is bad.
DEMO_WORN = ['0002c90300f00010:3', '0002c90300d00090:1']


def demo_fabric(work, program):
    net = text_of([BUILT / 'fabric-lab', 'net', *DEMO_NET, '-o', '/dev/stdout'])
    # GUIDs of its own: a subnet manager is known by its port's, and tests may be running on this machine.
    pathlib.Path(work, 'net').write_text(net.replace('0x2c9030010', '0x2c90300d0'))
    # A standby notices within a second, not after 44, that the master has gone.
    pathlib.Path(work, 'quick.conf').write_text('sminfo_polling_timeout 200\npolling_retry_number 2\n')
    return Fabric(work, program, 'net', worn=DEMO_WORN)


def build(*products):
    for product in products if 'RDMACTL_BUILT' not in os.environ else ():
        subprocess.run(['swift', 'build', '-q', '--product', product], cwd=PACKAGE, check=True, stdout=sys.stderr)
