/** Names of HTML 5 by code point, from one on; "-" where there is none. */
const entitiesFrom: readonly (readonly [number, string])[] = [
  [0x09, "Tab NewLine"],
  [0x21, "excl quot num dollar percnt amp apos lpar rpar ast plus comma - period sol"],
  [0x3a, "colon semi lt equals gt quest commat"],
  [0x5b, "lsqb bsol rsqb Hat lowbar grave"],
  [0x7b, "lcub vert rcub"],
  [0x21, "- QUOT - - - AMP - - - midast"],
  [0x3c, "LT - GT"],
  [0x5b, "lbrack - rbrack - UnderBar DiacriticalGrave"],
  [0x7b, "lbrace verbar rbrace"],
  [0x7c, "VerticalLine"],
  [
    0xa0,
    "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute",
  ],
  [0xb5, "micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring"],
  [0xc6, "AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml"],
  [0xd7, "times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil"],
  [0xe8, "egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash"],
  [0xf9, "ugrave uacute ucirc uuml yacute thorn yuml"],
];
/** Code points by the names of HTML 5 that writers give them. */
export const entityNames: ReadonlyMap<string, number> = new Map(
  entitiesFrom.flatMap(([first, names]) =>
    names.split(" ").flatMap((name, index) => (name === "-" ? [] : [[name, first + index] as const])),
  ),
);

/** Names of Unicode by code point, from one on. */
const unicodeFrom: readonly (readonly [number, string])[] = [
  [0x20, "SPACE,EXCLAMATION MARK,QUOTATION MARK,NUMBER SIGN,DOLLAR SIGN,PERCENT SIGN,AMPERSAND,APOSTROPHE"],
  [0x28, "LEFT PARENTHESIS,RIGHT PARENTHESIS,ASTERISK,PLUS SIGN,COMMA,HYPHEN-MINUS,FULL STOP,SOLIDUS"],
  [0x30, "ZERO,ONE,TWO,THREE,FOUR,FIVE,SIX,SEVEN,EIGHT,NINE".replace(/\w+/g, "DIGIT $&")],
  [0x3a, "COLON,SEMICOLON,LESS-THAN SIGN,EQUALS SIGN,GREATER-THAN SIGN,QUESTION MARK,COMMERCIAL AT"],
  [0x41, [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `LATIN CAPITAL LETTER ${letter}`).join()],
  [0x5b, "LEFT SQUARE BRACKET,REVERSE SOLIDUS,RIGHT SQUARE BRACKET,CIRCUMFLEX ACCENT,LOW LINE,GRAVE ACCENT"],
  [0x61, [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `LATIN SMALL LETTER ${letter}`).join()],
  [0x7b, "LEFT CURLY BRACKET,VERTICAL LINE,RIGHT CURLY BRACKET,TILDE"],
];
/** Code points of ASCII by their names in Unicode. */
export const unicodeNames: ReadonlyMap<string, number> = new Map(
  unicodeFrom.flatMap(([first, names]) => names.split(",").map((name, index) => [name, first + index] as const)),
);
