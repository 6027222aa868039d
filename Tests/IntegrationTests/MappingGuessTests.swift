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

    @Test("what is guessed is told whole: keys and times too, and which columns come along under their own names")
    func told() throws {
        let companies = MappingGuess(
            columns: ["Company ID", "Company", "Town", "Staff"], rows: [["7", "North Wind", "Leeds", "12"]], source: "crm")
        #expect(try companies.mapping(.accounts).summary == [#"key ← "Company ID""#, #"name ← "Company""#])
        #expect(try companies.proposal(.accounts).kept == ["Town", "Staff"])
        let orders = MappingGuess(
            columns: ["order_id", "email", "date", "sku", "qty", "colour"],
            rows: [["1", "a@b.example", "2026-01-02", "t", "2", "red"]],
            source: "shop")
        #expect(
            try orders.mapping(.orders).summary == [
                #"at ← "date""#, #"email ← "email""#, #"order ← "order_id""#, #"line.product ← "sku""#,
                #"line.quantity ← "qty""#,
            ])
        #expect(try orders.proposal(.orders).kept == ["colour"])
        // People's fields are declared first: nothing comes along by itself, and what is stated by no column is not told.
        let people = MappingGuess(columns: ["email", "basis"], rows: [["a@b.example", "consent"]], source: "list")
        #expect(try people.proposal(.people).kept.isEmpty && people.proposal(.people).leftOut.map(\.column) == ["basis"])
        #expect(try people.mapping(.permissions).summary == [#"email ← "email""#, #"basis ← "basis""#])
    }

    @Test("what numbers them stands in the mapping")
    func number() throws {
        #expect(try guess("order_ref,email,sku,qty,price").yaml(.orders).contains(#"order: "order_ref""#))
        #expect(try guess("Name,Email,Lineitem name,Total").yaml(.orders).contains(#"order: "Name""#))
    }
}
