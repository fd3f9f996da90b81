import ServiceAPI

extension TextBlock {
    /// The block with every box replaced by its image; lines and block are the hulls of their words.
    func mapped(_ transform: (BoundingBox) -> BoundingBox) -> TextBlock {
        var block = self
        block.lines = lines.map { line in
            var line = line
            for index in line.words.indices { line.words[index].box = transform(line.words[index].box) }
            line.box = line.words.lazy.map(\.box).hull() ?? transform(line.box)
            return line
        }
        block.box = block.lines.lazy.map(\.box).hull() ?? transform(box)
        return block
    }
}

extension RecognizedPage {
    /// Changes the unit of the page's size and boxes.
    mutating func scale(x: Double, y: Double) {
        width *= x
        height *= y
        blocks = blocks.map {
            $0.mapped {
                BoundingBox(left: $0.left * x, top: $0.top * y, right: $0.right * x, bottom: $0.bottom * y)
            }
        }
    }
}
