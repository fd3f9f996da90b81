/// Edit distance between two texts over the length of the true one; white space counts as one space.
func characterErrorRate(_ read: String, truth: String) -> Double {
    func folded(_ text: String) -> [Character] {
        Array(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }
    let (read, truth) = (folded(read), folded(truth))
    var previous = Array(0...truth.count)
    for (row, character) in read.enumerated() {
        var current = [row + 1]
        for (column, expected) in truth.enumerated() {
            current.append(
                min(previous[column + 1] + 1, current[column] + 1, previous[column] + (character == expected ? 0 : 1)))
        }
        previous = current
    }
    return Double(previous[truth.count]) / Double(max(1, truth.count))
}
