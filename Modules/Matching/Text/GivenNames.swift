/// Short and pet forms of given names: English ones, and some of neighbours.
enum GivenNames {
    /// Each line: forms that one and the same person may use.
    private static let families = """
        william will bill billy willie liam wilhelm guillaume|robert rob bob bobby robbie bert|richard rick dick ricky rich richie
        james jim jimmy jamie|john jack johnny jon jonathan johann johannes jean juan|charles charlie chuck carl karl carlos
        edward ed eddie ted teddy ned eduard|edwin ed|edmund ed eddie|michael mike mick mickey micky michel miguel|thomas tom tommy
        joseph joe joey jose josef|david dave davey|daniel dan danny|matthew matt|anthony tony antony antonio anton
        christopher chris kit topher|nicholas nick nicky nicolas klaus|andrew andy drew andreas|alexander alex alec sandy sasha
        alexandra alex sandra|benjamin ben benny|samuel sam sammy|stephen steve steven stefan|peter pete pierre pedro
        patrick pat paddy|patricia pat patty trish tricia|timothy tim|gregory greg|kenneth ken kenny|ronald ron ronnie|donald don
        gerald gerry jerry|jeremy jerry|leonard len leo lenny|lawrence larry laurence|philip phil phillip|raymond ray|albert al bert
        alfred alf fred freddie|frederick fred freddie freddy friedrich|francis frank|franklin frank|henry harry hank heinrich henri
        harold harry hal|george georgie georg|arthur art|walter walt wally|theodore ted theo teddy|nathaniel nathan nat nate
        zachary zach zack|joshua josh|jacob jake|abraham abe|isaac ike|geoffrey geoff jeffrey jeff|reginald reg reggie|stanley stan
        sidney sid|victor vic|vincent vince vinny|douglas doug|eugene gene|clifford cliff|martin marty|maximilian max|oliver ollie
        elizabeth liz beth betty eliza lizzie libby bess betsy elsie lisa elisabeth|margaret maggie peggy meg madge marge greta rita
        catherine cathy kate katie kitty cate|katherine kathy kate katie kay|kathleen kathy kate|katharine kate|mary molly polly mamie
        maria marie mary|ann anne anna annie nancy nan hannah|dorothy dot dolly dottie|helen nell nellie ellen elena|eleanor nell ellie nora
        sarah sally sadie sara|susan sue susie suzanne susannah|barbara barb babs barbie|jennifer jen jenny|jessica jess jessie
        rebecca becky becca|deborah deb debbie debra|victoria vicky vicki tori|virginia ginny|florence flo florrie|frances fran fanny
        martha patsy mattie|matilda tilly maud|caroline carrie carol|charlotte lottie charlie|isabella bella isabel isobel belle
        josephine jo josie|judith judy|jacqueline jackie|pamela pam|theresa terry tess teresa tessa|amelia millie amy|emily em emma
        abigail abby gail|agnes aggie nessie|christine chris chrissy tina christina|cynthia cindy|diana di diane|georgina georgie
        gertrude trudy gert|harriet hattie|jane janie janet jean|joan joanie|joanna jo joanne|julia julie|louisa lou louise
        lucy lucille lucinda|madeleine maddie|nicole nicky|penelope penny|rachel rae|rosemary rose rosie|samantha sam|stephanie steph
        sophia sophie|winifred winnie|yvonne eve|valerie val|veronica ronnie vera|terence terry|roderick rod|rodney rod|roger rodge
        """

    /// Each form's groups, ascending.
    static let groups: [[UInt16]: [UInt16]] = {
        var groups: [[UInt16]: [UInt16]] = [:]
        let lines = families.split { $0 == "|" || $0.isNewline }
        for (number, line) in lines.enumerated() {
            for form in line.split(separator: " ") { groups[Array(form.utf16), default: []].append(UInt16(number)) }
        }
        return groups
    }()
}
