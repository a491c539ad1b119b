// Loaded before a program, to let it live earlier or later by CLOCK_AHEAD milliseconds.
const SystemDate = Date
const ahead = Number(process.env.CLOCK_AHEAD)

globalThis.Date = class extends SystemDate {
  constructor (...parts) {
    super(...(parts.length === 0 ? [SystemDate.now() + ahead] : parts))
  }

  static now () {
    return SystemDate.now() + ahead
  }
}
