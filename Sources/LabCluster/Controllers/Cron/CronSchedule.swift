/// When a CronJob is due, in UTC: five fields, or `@hourly` and its like.
struct CronSchedule: Hashable, Sendable {
    private static let short = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *",
        "@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
        "@hourly": "0 * * * *",
    ]
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    private static let minute = 60
    private static let day = 86400

    private let minutes: CronField, hours: CronField
    private let days: CronField, months: CronField, weekdays: CronField

    /// Nil for a text that is no schedule.
    init?(_ text: String) {
        let fields = (Self.short[text] ?? text).split { $0 == " " || $0 == "\t" }
        guard fields.count == 5, let minutes = CronField(fields[0], 0...59),
            let hours = CronField(fields[1], 0...23), let days = CronField(fields[2], 1...31),
            let months = CronField(fields[3], 1...12, names: Self.months),
            let weekdays = CronField(fields[4], 0...6, names: Self.days)
        else { return nil }
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        self.weekdays = weekdays
    }

    /// The first time behind `moment`; nil if there is none within five years.
    func next(after moment: Moment) -> Moment? {
        let first = (moment.seconds / Self.minute + 1) * Self.minute
        for day in 0...1830 {
            let date = first / Self.day + day
            guard matches(day: date) else { continue }
            let start = day == 0 ? first % Self.day : 0
            if let second = second(from: start) {
                return Moment(milliseconds: (date * Self.day + second) * 1000)
            }
        }
        return nil
    }

    /// The first due second of a day that is not before `start`.
    private func second(from start: Int) -> Int? {
        for hour in hours.values.sorted() where hour >= start / 3600 {
            let first = hour == start / 3600 ? start % 3600 / Self.minute : 0
            if let minute = minutes.values.filter({ $0 >= first }).min() {
                return hour * 3600 + minute * Self.minute
            }
        }
        return nil
    }

    /// Where both are restricted, one of day and weekday is enough.
    private func matches(day: Int) -> Bool {
        let parts = Moment(milliseconds: day * Self.day * 1000).text.prefix(10)
            .split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, months.values.contains(parts[1]) else { return false }
        let isDay = days.values.contains(parts[2])
        // The first day of 1970 was a Thursday.
        let isWeekday = weekdays.values.contains((day + 4) % 7)
        return days.isAny || weekdays.isAny ? isDay && isWeekday : isDay || isWeekday
    }
}
