internal import Foundation
internal import TestSupport

/// A fleet of recorded hosts, and what else the tests of fold and metrics compare with.
enum Fleet {
  static let missing: String? = {
    let programs = ["clush", "clubak", "nodeset", "promtool", "prometheus-node-exporter", "systemd-analyze", "python3"]
    let absent = programs.filter { Spawned.find($0) == nil }
    return absent.isEmpty ? nil : "not installed: " + absent.joined(separator: ", ")
  }()

  /// What the generator plants, and nothing else.
  static let truth = """
    gpu09 (1)
        mlx5_[0-7]: firmware_version 28.38.1002, most 28.39.1002
    gpu17 (1)
        host: host.no_device_nodes
    gpu23 (1)
        mlx5_5: port.no_link
    gpu31 (1)
        mlx5_3 (0000:5f:00.0): missing
    gpu40 (1)
        mlx5_2: psid MT_0000000999, most MT_0000000838
    gpu52 (1)
        mlx5_5: pcie.current.width 8, most 16
    gpu60 (1)
        mlx5_1: rate_gbps 200, most 400
    gpu[00-08,10-16,18-22,24-30,32-39,41-51,53-59,61-63] (57): as most

    """

  /// From base.json: fleet/gpu00 to fleet/gpu63.
  static let generator = """
    import copy, json, random
    random.seed(1)
    base = json.load(open('base.json'))
    for adapter in base['adapters']:
        adapter.update({**copy.deepcopy(base['adapters'][0]), 'name': adapter['name'], 'pci_address': adapter['pci_address']})
    base['problems'] = []
    def own(value, host):
        for name, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
            if name in ('node_guid', 'port_guid', 'system_image_guid'): value[name] = f'{random.getrandbits(64):016x}'
            elif name == 'lid' and part: value[name] = random.randrange(1, 40000)
            elif name == 'node_description': value[name] = f'{host} {part}'
            else: own(part, host)
    def problem(id, subject):
        return {'id': id, 'severity': 'error', 'subject': subject, 'message': host, 'evidence': [host], 'fix': [], 'hint': []}
    for number in range(64):
        host = f'gpu{number:02d}'
        answer = copy.deepcopy(base)
        answer['host'] = host
        own(answer, host)
        cards, port = answer['adapters'], lambda card: answer['adapters'][card]['ports'][0]
        if number == 9: [card.update(firmware_version='28.38.1002') for card in cards]
        if number == 17: answer['problems'].append(problem('host.no_device_nodes', 'host'))
        if number == 23:
            port(5).update(state='down', physical_state='polling', rate_gbps=None, width=None, speed=None)
            answer['problems'].append(problem('port.no_link', 'mlx5_5/1'))
        if number == 31:
            cards.pop(3)
            for position, card in enumerate(cards): card['name'] = f'mlx5_{position}'
        if number == 40: cards[2]['psid'] = 'MT_0000000999'
        if number == 52: cards[5]['pcie']['current']['width'] = 8
        if number == 60: port(1)['rate_gbps'] = 200
        with open(f'fleet/{host}', 'w') as file: print(json.dumps(answer, separators=(',', ':')), file=file)
    """

  /// For the root of a recorded machine: how many values of node_exporter are compared, and which differ.
  static let comparison = """
    import os, re, socket, subprocess, sys, time, urllib.request
    root = sys.argv[1]
    NAMES = dict(line.split() for line in '''
    port_data_received_bytes_total rcv_data_bytes_total
    port_data_transmitted_bytes_total xmit_data_bytes_total
    port_packets_received_total rcv_packets_total
    port_packets_transmitted_total xmit_packets_total
    unicast_packets_received_total unicast_rcv_packets_total
    unicast_packets_transmitted_total unicast_xmit_packets_total
    multicast_packets_received_total multicast_rcv_packets_total
    multicast_packets_transmitted_total multicast_xmit_packets_total
    port_errors_received_total rcv_errors_total
    port_receive_remote_physical_errors_total rcv_remote_physical_errors_total
    port_receive_switch_relay_errors_total rcv_switch_relay_errors_total
    port_discards_transmitted_total xmit_discards_total
    port_constraint_errors_received_total rcv_constraint_errors_total
    port_constraint_errors_transmitted_total xmit_constraint_errors_total
    port_transmit_wait_total xmit_wait_ticks_total
    excessive_buffer_overrun_errors_total excessive_buffer_overrun_errors_total
    local_link_integrity_errors_total local_link_integrity_errors_total
    link_downed_total link_downed_total
    link_error_recovery_total link_error_recovery_total
    symbol_error_total symbol_error_total
    vl15_dropped_total vl15_dropped_total
    state_id state_code
    physical_state_id physical_state_code
    rate_bytes_per_second rate_bytes_per_second
    '''.split('\\n') if line.strip())
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    judge = subprocess.Popen(['prometheus-node-exporter', '--path.sysfs', root + '/sys', '--collector.disable-defaults',
                              '--collector.infiniband', '--web.listen-address', f'127.0.0.1:{port}'], stderr=subprocess.DEVNULL)
    theirs = ''
    for _ in range(100):
        try:
            theirs = urllib.request.urlopen(f'http://127.0.0.1:{port}/metrics', timeout=5).read().decode()
            break
        except OSError:
            time.sleep(.1)
    judge.kill()
    def values(text, prefix):
        found = re.findall('^' + prefix + r'([a-z0-9_]+)\\{device="([^"]+)",port="(\\d+)"\\} (\\S+)$', text, re.M)
        return {(name, device, port): float(value) for name, device, port, value in found}
    program = os.environ['RDMACTL']
    ours = values(subprocess.run([program, '--root', root, 'metrics'], capture_output=True, text=True).stdout, 'rdma_port_')
    compared, wrong = 0, []
    for (name, device, port), value in values(theirs, 'node_infiniband_').items():
        key = (NAMES.get(name, name), device, port)
        is_dead = name == 'rate_bytes_per_second' and ours.get(('active', device, port)) == 0
        if key in ours:
            compared += 1
            if ours[key] != value: wrong.append((name, device, port, value, ours[key]))
        elif not is_dead and not device.startswith('smi'):
            wrong.append((name, device, port, value, None))
    print(compared, wrong or '')
    sys.exit(bool(wrong))
    """
}
