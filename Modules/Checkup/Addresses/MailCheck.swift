/// Whether mail can be sent to an address, by its form alone.
public enum MailCheck {
    /// RFC 5321, section 4.1.2, with letters of any script (RFC 6531): a mailbox at a domain of two labels and more, or at a
    /// machine's number. Neither case nor spaces around it are looked at.
    public static func canReceive(_ address: String) -> Bool { MailSyntax.judge(address).isAddress }
}
