/// Words that say what kind of body a firm is, and not which.
enum LegalForms {
    /// As they are when points are taken for spaces, and without them.
    static let words: Set<[UInt16]> = {
        let list = """
            ltd limited inc incorporated corp corporation co company llc llp lp plc pllc pc nfp gmbh mbh ag kg kgaa ohg ug eg ev gbr se sa sas sarl
            sasu srl spa snc sl slu bv nv vof cv ab as asa aps oy oyj kft zrt sro doo zoo spzoo pty pte pvt pjsc ooo oao zao jsc ao ltda lda
            gesellschaft haftung beschrankter holding holdings group the and of
            """
        return Set(list.split(whereSeparator: \.isWhitespace).map { Array($0.utf16) })
    }()
}
