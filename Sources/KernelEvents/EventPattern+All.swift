extension EventPattern {
  /// Strings of Linux 6.1. A test compares them with an extract of Debian's linux-source-6.1.
  package static let all: [EventPattern] = mlx5 + mlx4 + mthca + others

  private static let mlx5: [EventPattern] = [
    .init("mlx5_core", "core/main.c", "firmware version: %d.%d.%d", .started),
    .init("mlx5_core", "core/main.c", "mlx5_init_one failed with error code %d", .startFailed),
    .init("mlx5_core", "core/main.c", "Firmware over %llu MS in pre-initializing state, aborting", .startFailed),
    .init("mlx5_core", "core/main.c", "Firmware over %llu MS in initializing state, aborting", .startFailed),
    .init("mlx5_core", "core/cmd.c", "Driver cmdif rev(%d) differs from firmware's(%d)", .oldFirmware),
    .init("mlx5_core", "core/health.c", "health recovery succeeded", .reset),
    .init("mlx5_core", "core/health.c", "health recovery failed", .resetFailed),
    .init("mlx5_core", "core/health.c", "health recovery flow aborted, PCI reads still not working", .resetFailed),
    .init("mlx5_core", "core/fw_reset.c", "Firmware is not responsive (0x%04x) after %llu ms", .resetFailed),
    .init("mlx5_core", "core/main.c", "Shutdown was called", .stopped),
    .init("mlx5_core", "core/en_main.c", "Link up", .linkUp),
    .init("mlx5_core", "core/en_main.c", "Link down", .linkDown),
    .init("mlx5_core", "core/health.c", "Fatal error %u detected", .internalError),
    .init("mlx5_core", "core/health.c", "device's health compromised - reached miss count", .internalError),
    .init("mlx5_core", "core/cmd.c", "%s(0x%x) timeout. Will cause a leak of a command resource", .commandLost),
    .init(
      "mlx5_core", "core/cmd.c", "cmd[%d]: %s(0x%x) Async, timeout. Will cause a leak of a command resource",
      .commandLost),
    .init("mlx5_core", "core/events.c", "Port module event[error]: module %u, %s, %s", .moduleError),
    .init("mlx5_core", "core/events.c", "Detected insufficient power on the PCIe slot (%uW).", .lowPower),
    .init("mlx5_core", "core/events.c", "High temperature on sensors with bit set %llx %llx", .hot),
    .init("mlx5_core", "core/en_main.c", "TX timeout detected", .transmitStuck),
  ]

  private static let mlx4: [EventPattern] = [
    .init("mlx4_core", "mlx4/main.c", "RUN_FW command failed, aborting", .wrongFirmware),
    .init("mlx4_core", "mlx4/main.c", "MAP_FA command failed, aborting", .wrongFirmware),
    .init("mlx4_core", "mlx4/fw.c", "Installed FW has unsupported command interface revision %d", .oldFirmware),
    .init("mlx4_core", "mlx4/main.c", "Failed to init fw, aborting.", .startFailed),
    .init("mlx4_core", "mlx4/main.c", "INIT_HCA command failed, aborting", .startFailed),
    .init("mlx4_core", "mlx4/main.c", "%s: ERROR: mlx4_load_one failed, pci_name=%s, err=%d", .startFailed),
    .init("mlx4_core", "mlx4/main.c", "NOP command failed to generate interrupt (IRQ %d), aborting", .startFailed),
    .init("mlx4_core", "mlx4/catas.c", "Fail to reset HCA", .resetFailed),
    .init("mlx4_core", "mlx4/main.c", "Failed to reset HCA, aborting", .resetFailed),
    .init("mlx4_core", "mlx4/main.c", "Failed to reset HCA, aborting.", .resetFailed),
    .init("mlx4_core", "mlx4/catas.c", "device was reset successfully", .reset),
    .init("mlx4_core", "mlx4/catas.c", "Internal error detected:", .internalError),
    .init(
      "mlx4_core", "mlx4/catas.c", "Internal error detected on the communication channel", .internalError),
    .init("mlx4_core", "mlx4/main.c", "NOP command failed to generate MSI-X interrupt IRQ %d)", .fewVectors),
    .init("mlx4_core", "mlx4/main.c", "Trying again without MSI-X", .fewVectors),
    .init("mlx4_core", "mlx4/sense.c", "Failed to change port_types", .portType),
    .init("mlx4_core", "mlx4/main.c", "suspend was called", .stopped),
    .init("mlx4_en", "mlx4/en_main.c", "Activating port:%d", .started),
    .init("mlx4_en", "mlx4/en_main.c", "Internal error detected, restarting device", .internalError),
    .init(
      "mlx4_en", "mlx4/en_main.c", "LSO not supported, please upgrade to later FW version to enable LSO", .oldFirmware),
    .init("mlx4_en", "mlx4/en_netdev.c", "Link Up", .linkUp),
    .init("mlx4_en", "mlx4/en_netdev.c", "Link Down", .linkDown),
    .init("mlx4_en", "mlx4/en_netdev.c", "Failed starting port:%d", .startFailed),
    .init(
      "mlx4_en", "mlx4/en_netdev.c", "TX timeout on queue: %d, QP: 0x%x, CQ: 0x%x, Cons: 0x%x, Prod: 0x%x",
      .transmitStuck),
  ]

  private static let mthca: [EventPattern] = [
    .init("ib_mthca", "mthca_main.c", "RUN_FW command returned %d, aborting.", .wrongFirmware),
    .init(
      "ib_mthca", "mthca_main.c", "HCA FW version %d.%d.%03d is old (%d.%d.%03d is current).", .oldFirmware),
    .init("ib_mthca", "mthca_main.c", "Trying again with MSI-X disabled.", .fewVectors),
    .init("ib_mthca", "mthca_catas.c", "Catastrophic error detected: %s", .internalError),
  ]

  private static let others: [EventPattern] = [
    .init("rdma_rxe", "rxe_net.c", "set active", .linkUp),
    .init("rdma_rxe", "rxe_net.c", "set down", .linkDown),
    .init("ib_ipoib", "ipoib_multicast.c", "%smulticast join failed for %pI6, status %d", .groupRefused),
    // IB_CM_REJ_INVALID_SERVICE_ID of rdma/ib_cm.h; SRP_LOGIN_REJ_… of scsi/srp.h.
    .init("ib_srp", "ib_srp.c", "  REJ reason 0x%x", .nobodyListens, value: 8),
    .init("ib_srp", "ib_srp.c", "SRP LOGIN REJECTED, reason 0x%08x", .otherController, value: 0x0001_0003),
    .init("ib_srp", "ib_srp.c", "SRP LOGIN REJECTED, reason 0x%08x", .notAllowed, value: 0x0001_0006),
    .init(
      "ib_srp", "ib_srp.c", "Already connected to target port with id_ext=%016llx;ioc_guid=%016llx;dest=%pIS",
      .alreadyConnected),
    .init(
      "ib_srp", "ib_srp.c",
      "Already connected to target port with id_ext=%016llx;ioc_guid=%016llx;initiator_ext=%016llx", .alreadyConnected),
    .init(
      "ib_srp", "ib_srp.c", "unknown parameter or missing value '%s' in target creation request", .badParameter),
  ]
}
