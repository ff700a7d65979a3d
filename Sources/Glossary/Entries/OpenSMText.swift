extension GlossaryText {
  /// WindowsDocuments.md#opensm: section 5 of the WinOF VPI readme.
  static let openSM = #"""
    name: OpenSM service
    also: OpenSM; opensm.exe; opensm startup type; Startup type Automatic; Startup type; net start opensm; sc start
      opensm; subnet manager
    stood: a Windows service of the driver package, off after the installation; readme section 5
    did: Ran the subnet manager. At least one machine of a subnet had to run it all the time.
    rules: Startup type Automatic starts it at boot.
    here: opensm under systemd: Debian's opensm.service starts one for each port named in /etc/default/opensm
      (PORTS=ALL, NONE or GUIDs), so with ALL on every local port.
    knob: opensm.service; /etc/default/opensm; PORTS
    run: rdmactl sm status  # what runs here, and whether the master is alive
    run: rdmactl sm start --wait  # run one; back when the port is active
    run: rdmactl sm enable  # start it with the machine: Startup type Automatic
    run: rdmactl sm disable --boot  # no longer
    run: rdmactl sm stop  # end it

    name: OpenSM port choice
    also: first port that is not down; opensm -g; opensm guid
    stood: readme section 5
    did: As a service it used the first port that was not down.
    here: rdmactl does the same and says which; a port may be named.
    run: rdmactl sm start PORT  # on this port
    run: rdmactl sm list PORT  # the subnet managers of this port's subnet

    name: opensm -v
    also: opensm verbosity; log_max_size; opensm -h
    stood: readme section 5
    did: A talkative log, which fills the disk in the long run. opensm.exe -h lists the options.
    here: log_flags and log_max_size of opensm.conf, or -D and -L.
    knob: log_flags; log_max_size
    run: rdmactl sm lint  # warns of a log without limit
    run: rdmactl sm log -f  # the log as it grows

    name: Not more than two subnet managers
    also: maximum two OpenSM; 2 machines in the subnet; OpenSM on multiple servers; opensm priority; opensm -p
    stood: readme section 5
    did: More than two machines with OpenSM could confuse the subnet.
    here: One is master, one stands by: the highest priority (0 to 15) wins, then the lowest GUID.
    run: rdmactl sm list  # all of them; warns above two
    run: rdmactl sm priority 14 PORT  # give a local one the last word
    run: rdmactl sm handover GUID  # make a standby the master

    name: ibdiagnet and OpenSM
    also: ibdiagnet; IB Diagnostics tools
    stood: readme section 5
    did: ibdiagnet could not run on the port that OpenSM ran on.
    here: rdmactl and opensm work side by side on one port.
    run: rdmactl fabric check  # what ibdiagnet was for
    run: rdmactl fabric links  # every link
    run: rdmactl fabric errors  # the error counters

    name: OpenSM options
    also: opensm -l; opensm -R; opensm -smkey; opensm --sm_sl; opensm -A; opensm -z; opensm -M; opensm -U; opensm -S;
      opensm -X; opensm -i; opensm -f; opensm -e; opensm -N; opensm -Q; opensm -Y; opensm -B; opensm -c; opensm -o;
      opensm -d; opensm --perfmgr; opensm --prefix_routes_file; opensm --consolidate_ipv6_snm_req; opensm
      --torus_config; LMC; routing engine; minhop; updn; ftree; lash; dor
    stood: the command line of opensm.exe
    did: -l LMC (0 to 7), -R routing engine (minhop, updn, file, ftree, lash, dor), -r new LIDs, -smkey the key, -A,
      -z, -M, -U, -S, -a, -u, -G, -H, -X, -m, -i, -x, -f, -L, -e, -P, -N, -Q, -Y, -y, -B, -I, --perfmgr and debug flags.
    here: opensm 3.3.23 knows all of these, and more (--subnet_prefix, --nue_max_num_vls, --part_enforce, --once).
      They also have keys in opensm.conf.
    knob: opensm.conf; lmc; routing_engine; sm_priority
    run: rdmactl sm start --lmc 1 --routing updn,minhop  # the usual ones
    run: rdmactl sm lint --show  # every key, its value and where it comes from

    name: SUBNET UP
    also: osm.syslog; osm.log; %windir%\osm.syslog; temp\osm.log
    stood: the files %windir%\osm.syslog and temp\osm.log
    did: What OpenSM wrote when every port it found was set up.
    here: In the log of opensm: /var/log/opensm.GUID.log for Debian's service, rdmactl's own directory for its own.
    knob: /var/log/opensm.log
    run: rdmactl sm log  # the log, with meanings
    run: rdmactl sm start --wait  # waits until the port is active
    """#
}
