internal import Vocabulary

/// An address on a flash or in an image as tables have it: `0x00100000`.
func flashAddress(_ address: Int) -> String { "0x" + UInt32(clamping: address).hexadecimal(digits: 8) }
