internal import Offload

/// Until the catalogue of keys is there.
enum KeyCatalogue { static let friendly: [SettingKey] = [] }
