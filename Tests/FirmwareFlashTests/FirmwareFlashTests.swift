import Testing

@testable import FirmwareFlash
