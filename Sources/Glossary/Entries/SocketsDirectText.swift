extension GlossaryText {
  /// WindowsDocuments.md#sockets-direct: section 7 of the WinOF VPI readme.
  static let socketsDirect = #"""
    name: SDP
    also: Sockets Direct Protocol; sc start sdp; net start sdp; net stop sdp; sdp service; ib_sdp; libsdp
    stood: a service that was to be started after each boot, readme section 7
    did: Carried TCP sockets of chosen programs over RDMA (beta).
    none: ib_sdp and libsdp are gone. Its heirs are rsockets in user space and SMC-R in the kernel (module smc).
    knob: smc; AF_SMC; net.smc
    run: rdmactl sock run -- PROGRAM  # rsockets, for one program
    run: smc_run PROGRAM  # SMC-R, for one program; of the package smc-tools
    run: rdmactl explain rsocket  # buffers and the like

    name: SdpApplications
    also: SdpConnect.exe only
    stood: an environment variable, names divided by semicolons
    did: Named the programs that use SDP; without it only SdpConnect.exe did.
    here: The program is started with rdmactl sock run; programs that fork need --fork as well. Which programs take
      part when the library is loaded for all of them stands in preload_config of /etc/rdma/rsocket.
    knob: LD_PRELOAD; RDMAV_FORK_SAFE; libsdp.conf; preload_config
    run: rdmactl sock run -- PROGRAM  # this one
    run: rdmactl sock config programs  # the list of programs

    name: MIXED_SDP_APPLICATIONS
    also: WSA_FLAG_OVERLAPPED | 0x40; mixed SDP
    stood: HKLM\...\Services\sdp\Parameters
    did: With 1, after a restart of the driver, a program chose SDP for single sockets: WSASocket with the flag 0x40.
    range: 0 or 1 (0)
    here: A program calls rsocket() for single sockets, or asks for AF_SMC.
    knob: rsocket(); AF_SMC
    run: rdmactl sock config programs  # by program, address family and type

    name: MaximumRecvBufferSize
    also: MaximumSendBufferSize; Interoperability with Linux SDP
    stood: HKLM\...\Services\sdp\Parameters
    did: Message size of SDP; 0x810 for peers with OFED 1.2.5 to 1.3.1.
    range: bytes
    here: mem_default and wmem_default of rsockets.
    knob: mem_default; wmem_default
    run: rdmactl sock config  # the values and their ranges
    run: rdmactl sock config set mem=1048576 wmem=1048576  # larger buffers

    name: SDP supported calls
    also: SO_PROTOCOL_INFOW; SO_CONNECT_TIME; SO_LINGER; SO_DONTLINGER; FIONBIO; WSASend; WSARecv; WSPShutdown;
      AcceptEx; SDP limitations; SDP API functions
    stood: readme section 7.1
    did: socket, connect, bind, listen, accept, send, WSASend, receive, WSARecv, select, AcceptEx, WSPShutdown and
      closesocket; options SO_PROTOCOL_INFOW, SO_CONNECT_TIME, SO_LINGER, SO_DONTLINGER; FIONBIO.
    here: rsocket(7) lists what is supported; SO_KEEPALIVE is ignored, datagrams work.
    run: man 7 rsocket  # the list
    run: rdmactl sock run --report -- PROGRAM  # what this version leaves to TCP, and whether the program minds

    name: SDP is not used
    also: application does not use SDP; program does not use SDP; SDP troubleshooting; Why is SDP not used
    stood: readme section 7.6, a to d
    did: Check that the peer can be pinged over IPoIB, that the driver runs, that SdpApplications names the program, and
      that the provider is installed.
    here: rdmactl sock run checks in this order: the program can be preloaded, the library is there, a connection over
      RDMA exists after the start.
    run: rdmactl sock run --require -- PROGRAM  # ends it with a reason when it stays on TCP
    run: rdmactl sock who  # what is over RDMA, and what is not

    name: InstallSdpProvider
    also: InstallSdpProvider.exe; InstallSdpProvider.exe -l; InstallSdpProvider.exe -i; InstallSdpProvider.exe -r; SDP
      provider
    stood: readme sections 7.2 and 7.6
    did: Listed (-l), installed (-i) or removed (-r) the SDP provider in Windows' catalogue.
    none: sockets have no catalogue of providers here; a library is preloaded for one program.
    run: rdmactl sock run -- PROGRAM  # in its place

    name: Is SDP being used?
    also: is SDP used; verify that SDP is being used; how can I verify that SDP is used; Task Manager network
      utilization
    stood: readme section 7.6
    did: There was no simple way: watch the load in the Task Manager, or stop the service and connect again.
    here: What goes over RDMA has a connection there. The library in the map of a process proves nothing: rdma-core 44
      leaves a socket that was opened with SOCK_CLOEXEC to TCP, and has no accept4 and no epoll. SMC has smcss.
    run: rdmactl sock who  # connections over RDMA, their processes, and who uses TCP although it was started so
    run: rdmactl sock run --require -- PROGRAM  # RDMA, or not at all
    run: smcss  # SMC sockets

    name: SdpConnect
    also: SdpConnect.exe; SdpConnect server; SdpConnect client; SdpConnect pingpong; ttcp; ntttcp; iperf; netpipe;
      iometer; Microsoft CCS MPI; SDP programs
    stood: readme section 7.5
    did: A test program for SDP (server, client, pingpong); Iometer, iperf, ttcp, ntttcp and NetPipe were known to
      work.
    here: rstream, riostream and udpong of rdmacm-utils; iperf and others with the library preloaded.
    run: rdmactl perf sock ADDRESS  # sockets over RDMA, measured
    run: rdmactl sock run -- iperf -c ADDRESS  # iperf over RDMA
    """#
}
