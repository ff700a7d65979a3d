package import Glossary
internal import Performance

/// The ids of errors, by cause: for rdmactl(8) and `rdmactl explain`.
package enum ErrorCatalog {
  package static let groups: [Glossary.Errors] =
    text.split(separator: "\n\n").map { block in
      let lines = block.split(separator: "\n")
      return Glossary.Errors(
        ids: lines.dropLast().flatMap { $0.split(separator: " ") }.map { String($0) }, meaning: String(lines.last ?? "")
      )
    } + mistakes

  /// Each mistake of a performance test has a meaning of its own.
  private static var mistakes: [Glossary.Errors] {
    PerfMistake.allCases.map { mistake in
      let meaning = mistake.meaning
      return Glossary.Errors(
        ids: [mistake.rawValue], meaning: meaning.prefix(1).uppercased() + meaning.dropFirst() + ".")
    }
  }

  /// Lines of ids, then their meaning; an empty line between two.
  private static let text = """
    usage guid.unreadable mac.unreadable mask.unreadable mask.too_wide mask.invalid
    The command line is wrong.

    name.unknown name.ambiguous
    The name matches no adapter or port, or more than one.

    sock.no_netlink sock.no_match sock.no_library sock.no_compat sock.recorded
    The RDMA resources cannot be listed, nothing matches, or the library of rsockets is not installed.

    sock.no_program sock.not_preloadable sock.not_started sock.file
    The program of sock run cannot be started with a library, or a file of rsockets cannot be used.

    perf.not_installed perf.recorded perf.no_port perf.no_gid
    Nothing can be measured: perftest is not installed, or no port or GID can be used.

    root.missing
    The directory or file of --root does not exist or cannot be read.

    host.no_rdma_device adapter.no_driver adapter.flash_recovery adapter.no_rdma_device
    There is no RDMA device.

    fold.empty fold.no_golden fold.unreadable
    The input holds no answer of a host, or cannot be read.

    metrics.no_socket metrics.socket_not_local
    The metrics of the fabric are served on a socket of the service manager only, a local one.

    host.unreadable
    This user may not see the RDMA devices.

    change.declined change.cannot_ask
    The question before a change was not answered with yes, or could not be asked. Add --yes.

    change.changed_since_plan
    A value has changed since the plan was shown; nothing was written.

    change.busy change.lock_unwritable
    Another process holds the lock of the change, or the lock cannot be taken; nothing was written.

    change.journal_unwritable change.journal_unreadable change.journal_incomplete
    The journal of changes cannot be written or read; the message says whether anything was changed.

    change.no_entry change.bad_entry change.not_open change.no_trial
    The journal entry does not exist, is damaged, is undone already, or is not a trial.

    change.no_guard
    The process that ends a trial could not be started; nothing was written.

    change.not_taken change.rollback_incomplete
    A value was written without effect, or not everything could be restored; the message lists what differs.

    change.other_scope change.irreversible change.unknown_kind
    The change was made on another machine or in another network name space, or cannot be taken back.

    mask_file.unreadable mask_file.unwritable mask_file.locked mask_file.differs
    The file of stored masks, its journal or its lock cannot be used.

    firmware.virtual_function firmware.no_pci firmware.no_adapter firmware.several_adapters
    The device is unknown, several adapters match, or rdmactl cannot reach its flash.

    flash.not_permitted flash.locked_down flash.no_answer flash.secured flash.semaphore_taken flash.held_by_tool
    flash.timeout flash.unknown_chip flash.unknown_part flash.write_protected flash.access flash.recorded
    The flash of an adapter could not be reached, read or changed.

    flash.no_image flash.boot_image_damaged
    There is no complete image on the flash.

    card.mailbox_taken card.silent card.command_refused card.register_too_large card.register_unsupported
    card.register_refused card.wrong_answer config.no_firmware
    The firmware of a running card did not answer as asked, or does not run.

    config.unknown_parameter config.absent_parameter config.bad_value config.no_defaults
    The parameter is unknown, the card does not have it or has no defaults, or the value is not allowed.

    image.unreadable image.unknown image.container image.damaged image.unsupported image.too_large image.no_board
    image.board_missing image.no_package image.not_written image.nameless
    The firmware file cannot be used, or the output file cannot be written.

    burn.wrong_hardware burn.psid_differs burn.image_damaged burn.wrong_format burn.older_version burn.secured
    burn.identity_unreadable burn.guids_blank burn.mac_multicast burn.identity_of_card burn.write_protected
    burn.layout
    A burn was refused; nothing was written.

    update.unsigned update.image_unsuitable update.encrypted update.pending update.option update.unsupported update.held
    update.refused
    The firmware of a running card does not take this image, or another tool updates it; the card boots what it booted.

    update.no_image
    No image of the file or folder is for the boards of these cards.

    restore.no_backup restore.other_card restore.changed_backup
    The change has no backup, or the backup is of another card or was changed; nothing was written.

    rom.none rom.not_a_rom
    The image has no expansion ROM, or the file is not one.

    activate.not_running activate.no_way
    The pending firmware cannot be started by rdmactl.

    burn.locked burn.no_lock burn.backup_failed burn.journal_failed burn.declined
    A burn did not begin; nothing was written.

    devlink.not_offered devlink.not_permitted devlink.no_device devlink.no_kernel_support devlink.recorded
    devlink.no_place devlink.empty_image devlink.not_wrapped devlink.failed
    A burn through the kernel did not begin; nothing was written.

    devlink.refused devlink.unknown_state
    The kernel or the driver refused a burn, or its result is unknown; the message has their own words.

    burn.interrupted burn.failed burn.unknown_state recover.no_complete_image
    A burn or a repair did not end well; the message says what boots.

    management.no_device management.no_library management.not_permitted management.recorded management.failed
    management.timeout
    The management device (umad) of a local port cannot be used, or --timeout passed.

    fabric.no_infiniband fabric.no_such_port fabric.ethernet fabric.no_link fabric.no_guid
    No local port leads to an InfiniBand subnet.

    fabric.no_host fabric.unknown_node fabric.unknown_port fabric.ambiguous_node fabric.port_number_missing
    The name matches no node or port of the fabric, or more than one.

    fabric.not_a_switch fabric.port_no_link
    The node has no forwarding tables, or the port no link to ask about.

    fabric.no_sa
    No subnet manager has configured the local port, so there is no subnet administration to ask.

    fabric.port_silent fabric.port_refused fabric.port_protected fabric.port_unsupported fabric.port_disabled
    fabric.port_cut_off fabric.port_not_trained
    A port of the subnet was not shown or changed; the message says what it answered, or what would be cut off.

    fabric.m_key_open fabric.m_key_malformed
    The file of the M_Key may be read by others, or holds no key.

    snapshot.damaged snapshot.changed snapshot.not_packed
    The file is not a snapshot, is damaged, or cannot be packed.

    file.exists
    The output file exists; nothing was written. Add --force to overwrite it.

    file.nameless file.unreadable file.unwritable file.malformed file.other_answer names.malformed thresholds.malformed
    fabric.malformed plan.malformed tables.malformed tables.not_saved tables.unreadable
    file.unwritable
    The output file cannot be written.

    file.nameless file.unreadable file.malformed file.other_answer names.malformed thresholds.malformed
    fabric.malformed
    An input file cannot be used: a saved answer, a map of names, thresholds or a configuration.

    sm.unknown sm.ambiguous sm.silent sm.control_impossible sm.control_refused sm.timeout
    The subnet manager did not change its state.

    sm.not_installed sm.already_running sm.port_taken sm.port_down sm.port_ethernet sm.start_failed
    sm.routing_fell_back sm.not_active
    opensm was not started, or does not work; the message has its last words.

    sm.no_log sm.not_running sm.still_running sm.priority_is_argument sm.priority_not_taken sm.priority_range
    sm.no_config sm.config_unreadable sm.config_unwritable sm.state_unwritable sm.locked sm.program_failed
    sm.no_access sm.interrupted
    opensm was not stopped or controlled, or has left no log.

    offload.no_interface offload.device_without_interface
    The name matches no network interface, or a device without one.

    offload.bad_assignment
    offload set does not know the key, or the value is invalid.

    offload.unreadable offload.recorded
    The settings cannot be read from the kernel, or this is a recorded machine.

    offload.no_rights
    Permission denied: needs CAP_NET_ADMIN.

    offload.other_sysfs
    /sys shows the interfaces of another network name space; nothing was written.

    offload.unknown_profile offload.not_in_profile
    The profile, or a key of it, does not exist.

    offload.foreign_file offload.file_unreadable offload.file_unwritable offload.no_program
    A file of offload tune persist cannot be written, or belongs to somebody else.

    gid.none
    No GID of the port matches.

    gid.no_route gid.recorded
    The kernel has no route to the peer, or a recorded machine has no kernel to ask.

    roce.no_port
    The name matches no RoCE port.

    roce.failed
    The kernel refused a setting of RoCE; earlier settings of the call were restored.

    netns.unknown_mode netns.not_permitted netns.busy netns.failed
    The kernel did not report or change the mode of RDMA devices and network name spaces.

    link.no_auto link.type_refused
    The card cannot choose the type of its port itself, or the driver refused the type.

    explain.unknown
    explain has no entry for the word.

    events.no_log events.not_permitted
    The kernel's log is not here, or this user may not read it.

    igmp.no_interface igmp.unreadable igmp.failed
    The interface has no IPv4 multicast, or the kernel refused the IGMP version.

    boot.no_table boot.unreadable
    The machine has no iSCSI boot table, or it cannot be read.

    trace.not_mounted trace.not_permitted trace.unknown_group trace.unknown_module trace.foreign_instance trace.failed
    trace.bad_filter trace.no_program
    A trace was not made; nothing of it is left.

    srp.no_module srp.no_initiator srp.not_connected srp.not_permitted srp.failed
    A target was not logged in to or out of.

    sm.no_unit sm.unit_masked sm.unit_without_ports
    The start of opensm at boot cannot be set on this system.

    sim.exists sim.missing sim.unreadable sim.unknown_profile sim.too_many
    The directory of simulated adapters cannot be used.

    input.failed output.failed
    Standard input cannot be read, or standard output cannot be written.

    output.no_table output.unknown_column
    The answer has no table, or its table has no such column.

    debug.unwritable
    The file of --debug or RDMACTL_DEBUG cannot be written.

    interrupted
    The call was interrupted by a signal.

    internal
    A defect of rdmactl; please report it.
    """
}
