/// What a document can be: a label and several ways to describe it.
package struct DocumentLabel: Codable, Sendable, Equatable {
    package var label: String
    package var descriptions: [String]

    package init(label: String, descriptions: [String]) {
        self.label = label
        self.descriptions = descriptions
    }

    /// Written for all-MiniLM-L6-v2; how well they do is in the service's README.
    package static let defaults: [DocumentLabel] = [
        DocumentLabel(
            label: "invoice",
            descriptions: [
                "Invoice. Invoice number, invoice date, due date, bill to, ship to, description, "
                    + "quantity, unit price, amount, subtotal, VAT, total due. Payment terms: 30 days net. "
                    + "Please transfer the amount to our bank account, IBAN.",
                "invoice from a company to a business customer for products and services, with "
                    + "payment terms and bank account",
                "wholesaler invoice to a customer: order lines, discount, untaxed amount, tax, total",
                "Supplier invoice with company address and customer address, product lines and taxes, "
                    + "amount due in 30 days",
            ]),
        DocumentLabel(
            label: "receipt",
            descriptions: [
                "Receipt. Cashier, date, time, item, qty, price, total, cash, change, rounding. Thank "
                    + "you, please come again. Goods sold are not returnable.",
                "tax invoice of a shop, GST ID, cash bill, total RM, cash paid, change, goods sold "
                    + "are not refundable, thank you",
                "restaurant or shop till receipt: table, food and drinks, service charge, total, "
                    + "cash, change due",
                "cash sale of a hardware store, stationery shop or supermarket: items, qty, amount, "
                    + "total inclusive of GST, cash, change",
            ]),
        DocumentLabel(
            label: "letter",
            descriptions: [
                "Dear Sir or Madam, thank you for your letter of 3 May. I am writing to inform you "
                    + "about the matter. Please do not hesitate to contact me. Yours sincerely,",
                "Dear customer, we regret to tell you that your request was declined. Kind regards",
            ]),
        DocumentLabel(
            label: "form",
            descriptions: [
                "Application form. First name, last name, date of birth, gender, nationality, "
                    + "address, signature. Please tick the box.",
                "form to fill in with fields and check boxes: name, address, telephone, I agree to "
                    + "the privacy policy",
            ]),
        DocumentLabel(
            label: "article",
            descriptions: [
                "Scientific article with abstract, keywords, introduction, methods, results, "
                    + "discussion and references",
                "Encyclopedia article about a technology, its history, development and evolution, "
                    + "with headings",
                "essay or magazine article in several sections about a subject",
                "sample text of an article: lorem ipsum dolor sit amet, consectetur adipiscing elit",
            ]),
        DocumentLabel(
            label: "report",
            descriptions: [
                "Annual report with executive summary, findings, figures, recommendations and outlook",
                "status report of a project: progress, risks, next steps",
            ]),
        DocumentLabel(
            label: "book page",
            descriptions: [
                "Chapter of a novel. He looked at her in silence, and then said that he had not slept "
                    + "that night; the rain had been falling since the morning.",
                "page of a history book of the nineteenth century: the king, the war, the soldiers, "
                    + "the people of the town, their fate",
                "page of an old book about manners and society in former times, with quotations from "
                    + "letters and journals",
                "narrative of a voyage told by people who were there: the ship, the captain, the "
                    + "passengers",
            ]),
        DocumentLabel(
            label: "table",
            descriptions: [
                "table of numbers in rows and columns: name, year, count, total, percent, average",
                "statistics by state or county: totals for each category, counts, rates",
                "spreadsheet with columns and rows, number of items per year",
            ]),
        DocumentLabel(
            label: "contract",
            descriptions: [
                "Agreement between the parties: the seller and the buyer agree as follows, term, "
                    + "termination, liability, governing law, signatures"
            ]),
        DocumentLabel(
            label: "résumé",
            descriptions: [
                "Curriculum vitae: work experience, education, skills, languages, references"
            ]),
        DocumentLabel(
            label: "presentation",
            descriptions: [
                "Slides of a talk: title, agenda, bullet points, thank you, questions"
            ]),
    ]
}
