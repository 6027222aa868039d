import RapportCore
import RapportIntegration
import Testing

@Suite("Guessing what a table holds")
struct MappingGuessTests {
    private func guess(_ columns: String) -> MappingGuess {
        MappingGuess(columns: columns.split(separator: ",").map { String($0) }, rows: [], source: "shop")
    }

    @Test(
        "orders are orders however their number is called, and a catalogue is none",
        arguments: [
            ("Order ID,Email,SKU,Quantity,Date", "orders"), ("Order #,E-mail,Total", "orders"),
            ("order_ref,email,sku,qty,price", "orders"), ("Receipt No.,customer_id,ean,amount", "orders"),
            ("Belegnummer,Kundennummer,Artikel,Menge,Datum", "orders"), ("InvoiceNo,StockCode,Quantity,CustomerID", "orders"),
            ("purchase_id,customer_id,total", "orders"), ("transaction_number,loyalty_card,sku", "orders"),
            ("Name,Email,Financial Status,Lineitem name,Lineitem quantity,Total", "orders"),
            ("email,sku,quantity,date", "orders"), ("customer_id,product_id,date", "orders"),
            ("sku,name,price", "products"), ("id,sku,name,quantity,created_at", "products"), ("ean,title,orders", "products"),
            ("email,first_name,product,created", "people"), ("email,first_name,orders", "people"),
            ("company,website", "accounts"),
        ])
    func targets(columns: String, target: String) {
        #expect(guess(columns).target.rawValue == target)
    }

    @Test("orders that no column numbers are refused with what to write, and taken for nothing else")
    func unnumbered() {
        let guess = guess("email,sku,quantity,date")
        let problem = #expect(throws: Problem.self) { _ = try guess.yaml(guess.target) }
        #expect(problem?.code == "import.no_mapping")
        #expect(problem?.reason.hasPrefix("no column numbers the orders") == true)
    }

    @Test("what numbers them stands in the mapping")
    func number() throws {
        #expect(try guess("order_ref,email,sku,qty,price").yaml(.orders).contains(#"order: "order_ref""#))
        #expect(try guess("Name,Email,Lineitem name,Total").yaml(.orders).contains(#"order: "Name""#))
    }
}
