/// Horizontal bars, one per name, with the count beside each.
package struct BarChart {
    struct Bar {
        var label: String
        var value: Int
        var note: String
    }

    static let labelLength = 30

    var description: String
    var bars: [Bar]

    package init(description: String, tally: Tally, name: (String) -> String = { $0 }) {
        self.description = description
        let total = tally.total
        bars = tally.entries.map {
            Bar(
                label: DisplayText.clippedInMiddle(name($0.name), to: Self.labelLength), value: $0.count,
                note: Format.percent($0.count, of: total))
        }
        if tally.otherNames > 0 {
            bars.append(
                Bar(
                    label: "\(tally.otherNames) others", value: tally.otherCount,
                    note: Format.percent(tally.otherCount, of: total)))
        }
    }

    /// Values for the templates: data for pgfplots, geometry for SVG; nil without bars.
    package var view: TemplateObject? {
        guard let maximum = bars.map(\.value).max(), maximum > 0 else { return nil }
        let (rowHeight, labelWidth, barWidth) = (26.0, 180.0, 250.0)
        return [
            "description": description, "width": "520", "height": Format.coordinate(Double(bars.count) * rowHeight),
            "row_count": String(bars.count), "last_row": String(bars.count - 1), "maximum": String(maximum),
            "bars": bars.enumerated().map { row, bar -> TemplateObject in
                let top = Double(row) * rowHeight
                let width = barWidth * Double(bar.value) / Double(maximum)
                return [
                    "label": bar.label, "value": String(bar.value), "count": Format.count(bar.value), "note": bar.note,
                    "row": String(row), "label_x": "0",
                    "bar_x": Format.coordinate(labelWidth), "bar_y": Format.coordinate(top + 5),
                    "bar_width": Format.coordinate(width), "bar_height": Format.coordinate(rowHeight - 10),
                    "text_y": Format.coordinate(top + rowHeight / 2),
                    "value_x": Format.coordinate(labelWidth + width + 8),
                ]
            },
        ]
    }
}
