import Testing

@testable import FirmwareImage
