"""man/json: of each schema the keys, their types and a sample, from what the commands print on recorded machines, simulated
fabrics and adapters, and in a name space. `schemas --check` fails when a command prints a key or type that is not there.
"""
import json, pathlib, re, shlex

from places import BUILT, Missing, PACKAGE, build
from samples import place_of

FOLDER = PACKAGE / 'man/json'
GUID, CARD, RUNNING = '0002c90300aabbcc', '-d 0000:03:00.0', '-d 0000:04:00.0'
CALLS = {
    'machine cx7-8': ['status', 'status -v --gids --counters', 'guid2mac --check', 'fw list', 'status nosuch',
                       'gid', 'gid best mlx5_0', 'counters',
                       'snapshot save host.tar.xz', 'snapshot verify host.tar.xz', 'metrics'],
    'machine cx6-vpi': ['status', 'status --expect state=active', 'guid2mac --suggest'],
    'machine none': ['status'],
    'machine roce-unhealthy': ['roce check', 'gid default'],
    'here': ['netns', f'guid2mac {GUID}', f'guid2mac {GUID} --mask 0xe7', 'guid2mac --reverse 02:02:c9:aa:bb:cc', 'explain chimney',
             'explain port.no_sm', 'explain', 'fabric --nosuch', 'sm lint bad.conf', 'offload tune list', '--root rec events', '--root rec igmp show',
             '--root rec boot show', '--root rec trace list', '--root rec srp show', 'sock run --json -- true', 'sock config',
             'sock config programs', 'sock config set sqsize=1024 --dry-run', 'fold answers.txt'],
    'fabric': [
        'fabric discover', 'sm list', 'sm start --yes --wait --config quick.conf', 'sm status', 'sm list', 'status -v',
        'sm priority 9 --yes', 'sm reload --yes', 'sm log',
        'fabric discover', 'fabric links', 'fabric errors', 'fabric check', 'fabric route host0 host7', 'fabric diff before.json',
        'fabric report -o fabric.html', 'fabric plan check plan.csv',
        'fabric partitions', 'fabric tables leaf0 --use 3', 'fabric path host0 host7', 'fabric groups', 'fabric ping host7',
        'fabric errors --clear --yes', 'fabric port leaf1/3', 'fabric port leaf1/4 width 1x --yes', 'undo --yes',
        'sm handover 0002c90300d00041 --yes', 'sm stop --yes', 'sm enable --dry-run',
        'sm disable --boot --dry-run', 'srp list',
    ],
    # Answers that need a running RDMA device, as the tests' guest gave them.
    'recorded': [path.stem for path in sorted((PACKAGE / 'Tests/proof/recorded').glob('*.json'))],
    'adapters': ['fw list', f'fw query {CARD}', f'fw query {RUNNING}', f'fw config show {RUNNING} --all', f'fw config show {RUNNING} --raw 0x80',
                 f'fw config set {RUNNING} SRIOV_EN=1 NUM_OF_VFS=8 --yes', f'fw config show {RUNNING}', f'fw update --all new.bin --check',
                 f'fw rom show {CARD}',
                 f'fw verify {CARD}', f'fw burn {CARD} -i new.bin --dry-run',
                 f'fw diff {CARD} -i new.bin', f'fw burn {CARD} -i new.bin --yes', f'fw read {CARD} saved.bin', 'fw query -i new.bin',
                 'fw verify -i new.bin', f'fw unlock {CARD} --yes', f'fw recover {CARD} --yes', f'fw burn {CARD} -i new.bin --yes', f'fw restore {CARD}',
                 f'fw burn {RUNNING} -i running.bin --dry-run', f'fw burn {RUNNING} -i running.bin --yes', f'fw activate {RUNNING} --dry-run',
                 f'fw activate {RUNNING} --yes', f'fw recover {RUNNING} --yes', f'fw verify {RUNNING}'],
    'name space': ['offload show demo0', 'offload set demo0 tx-csum=off mtu=1400 --dry-run', 'offload set demo0 tx-csum=off mtu=1400 --yes',
                   'offload show demo0 --diff demo1', 'offload history', 'history', 'offload undo --yes', 'igmp set demo0 2 --yes', 'offload tune show throughput demo0',
                   'offload tune apply throughput demo0 --yes', 'offload tune persist --dry-run', 'sim create other --profile connectx5', 'sim host other.tree'],
}
FLEET = '\n'.join(json.dumps({'adapters': [{'name': 'mlx5_0', 'pci_address': '0000:01:00.0', 'psid': psid}], 'host': f'gpu-{psid}', 'problems': [],
                              'schema': 'rdmactl.status/1'}) for psid in ('a', 'b')) + '\ngpu-c: ssh: no route to host'
BEFORE = {'here': "printf 'sweep_intervall 10\\nsm_priority 19\\n' >bad.conf\n" + '''
put() { mkdir -p "rec$(dirname "$1")"; printf '%b\\n' "$2" >"rec$1"; }
put /dev/kmsg '6,1,5000000,-;mlx5_core 0000:3b:00.0 eth2: Link up\\n4,2,6000000,-;scsi host0: ib_srp: SRP LOGIN REJECTED, reason 0x00010006'
put /proc/stat 'btime 1764000000'
put /proc/sys/net/ipv4/conf/ib0/force_igmp_version 0
put /proc/sys/net/ipv4/conf/all/force_igmp_version 0
put /proc/net/igmp 'Idx\\tDevice    : Count Querier\\n2\\tib0       :     1      V2\\n\\t\\t\\t\\t030201EF     1 0:00000000\\t\\t1'
put /sys/class/net/ib0/type 32
put /sys/class/net/ib0/broadcast 00:ff:ff:ff:ff:12:40:1b:ff:ff:00:00:00:00:00:00:ff:ff:ff:ff
put /sys/kernel/debug/ipoib/ib0_mcg 'GID: ff12:401b:ffff:0:0:0:f01:203\\n  complete:       yes'
put /sys/firmware/ibft/initiator/initiator-name iqn.2026-11.org.example:guest
put /sys/firmware/ibft/ethernet0/mac 00:02:c9:ab:cd:e1
put /sys/firmware/ibft/ethernet0/ip-addr 192.0.2.10
put /sys/firmware/ibft/ethernet0/origin 3
put /sys/firmware/ibft/target0/target-name iqn.2026-11.org.example:disk
put /sys/kernel/tracing/events/rdma_cma/cm_event_handler/id 7
mkdir -p rec/sys/kernel/tracing/instances rec/sys/class/infiniband_srp/srp-mlx5_0-1
put /proc/dynamic_debug/control 'drivers/infiniband/core/cma.c:70 [rdma_cm]cma_x =_ "x"'
for pair in id_ext=0002c90300aabbc0 ioc_guid=0002c90300aabbc0 local_ib_device=mlx5_0 local_ib_port=1 ch_count=2; do
  put /sys/class/scsi_host/host6/${pair%%=*} ${pair#*=}
done
printf '%s\\n' ''' + shlex.quote(FLEET) + ' >answers.txt',
    'fabric': "printf 'leaf0,30,leaf1,30\\nleaf0,1,away,1\\nleaf1,1,host1,1,12x,xdr\\nhere,1,there,1\\n' >plan.csv"}


def kind(value):
    names = {str: 'string', bool: 'boolean', int: 'number', float: 'number', dict: 'object', list: 'array', type(None): 'null'}
    return names[type(value)]


def is_map(value):
    """Keys that are names of things: many, and every value of one form."""
    forms = {(kind(part), tuple(part) if isinstance(part, dict) else ()) for part in value.values()}
    return len(value) > 5 and len(forms) == 1 and next(iter(forms))[0] in ('object', 'number')


def keys(value, path='', found=None):
    """Each path with its types, in the order of the output."""
    found = {} if found is None else found
    if isinstance(value, dict):
        for name, part in value.items():
            below = f'{path}.{"NAME" if is_map(value) else name}'.lstrip('.')
            found.setdefault(below, set()).add(kind(part))
            keys(part, below, found)
    elif isinstance(value, list):
        for part in value:
            if not isinstance(part, (dict, list)):
                found.setdefault(path + '[]', set()).add(kind(part))
            keys(part, path + '[]', found)
    return found


def shortened(value):
    if isinstance(value, dict):
        parts = list(value.items())
        return {name: shortened(part) for name, part in (parts[:2] if is_map(value) else parts)}
    return [shortened(part) for part in value[:1]] if isinstance(value, list) else value


def lines(value, indent=0):
    """JSON with small parts on one line."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) + indent < 92 or not isinstance(value, (dict, list)) or not value:
        return text
    gap = '\n' + ' ' * (indent + 2)
    if isinstance(value, list):
        return '[' + gap + (',' + gap).join(lines(part, indent + 2) for part in value) + gap[:-2] + ']'
    return '{' + gap + (',' + gap).join(f'{json.dumps(name)}: {lines(part, indent + 2)}' for name, part in value.items()) + gap[:-2] + '}'


def collected(work):
    """Schema to command, keys and sample, from every call; what a place lacks is left out."""
    found, missing = {}, []
    for number, (words, calls) in enumerate(CALLS.items()):
        directory = pathlib.Path(work, str(number))
        directory.mkdir()
        try:
            place = place_of(words, str(directory), BUILT / 'rdmactl')
        except Missing as reason:
            missing.append(f'{words}: {reason}')
            continue
        with place:
            if words == 'fabric':
                place.manage('host0')
            place.shell(BEFORE.get(words, 'true'))
            for call in calls:
                title = f'rdmactl {call}' + ('' if ' --json' in call else ' --json')
                recorded = PACKAGE / f'Tests/proof/recorded/{call}.json'
                line = f'cat "{recorded}"' if words == 'recorded' else title
                result = place.shell(line)
                try:
                    answer = json.loads(re.sub(re.escape(str(directory)), '/var/tmp/lab', result.stdout))
                except ValueError:
                    print(f'note: {call}: status {result.returncode}, no JSON: {(result.stdout + result.stderr)[:200]}')
                    continue
                if call == 'fabric discover':
                    (directory / 'before.json').write_text(result.stdout)
                schema = answer.get('schema', 'none')
                entry = found.setdefault(schema, {'command': title, 'keys': {}, 'sample': answer})
                keys(answer, found=entry['keys'])
                if len(json.dumps(shortened(answer))) > len(json.dumps(shortened(entry['sample']))) and schema != 'rdmactl.status/1':
                    entry.update(command=title, sample=answer)
    return found, missing


def documented():
    pages = {}
    for path in FOLDER.glob('rdmactl*.txt'):
        rows = path.read_text().split('\n\n')[0].split('\n')[1:]
        pages[path.stem + '/1'] = {row.split(' ', 1)[0]: set(row.split(' ', 1)[1].split(' or ')) for row in rows}
    return pages


def run(work, words):
    build('rdmactl', 'machine', 'fabric-lab')
    found, missing = collected(work)
    for reason in missing:
        print(f'skip JSON of {reason}')
    if words[:1] == ['--check']:
        known, failed = documented(), 0
        for schema, entry in found.items():
            for path, types in entry['keys'].items():
                extra = types - known.get(schema, {}).get(path, set())
                if extra:
                    failed += 1
                    print(f'{schema}: {path}: {", ".join(sorted(extra))} is not in rdmactl-json(7)')
        print('fail keys of the JSON; next: python3 Tests/proof schemas && make generate' if failed else f'pass keys of {len(found)} schemas')
        return 1 if failed else 0
    FOLDER.mkdir(exist_ok=True)
    old = documented()
    for schema, entry in found.items():
        rows = [f'{path} {" or ".join(sorted(types | old.get(schema, {}).get(path, set())))}' for path, types in entry['keys'].items()]
        (FOLDER / (schema.removesuffix('/1') + '.txt')).write_text(
            f'{entry["command"]}\n' + '\n'.join(rows) + '\n\n' + lines(shortened(entry['sample'])) + '\n')
    print(f'{len(found)} schemas')
    return 0
