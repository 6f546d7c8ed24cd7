"""Mail domains anybody can have an address at, mailboxes many people share, and addresses typed for nothing."""

from __future__ import annotations

PUBLIC = frozenset(
    """
    gmail.com googlemail.com yahoo.com yahoo.co.in yahoo.co.uk yahoo.de yahoo.in ymail.com rocketmail.com hotmail.com
    hotmail.de hotmail.co.uk outlook.com outlook.de outlook.in live.com live.de msn.com aol.com icloud.com me.com
    mac.com
    gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de freenet.de arcor.de posteo.de mailbox.org online.de
    rediffmail.com rediff.com sify.com indiatimes.com proton.me protonmail.com zoho.com mail.com mail.ru yandex.ru
    comcast.net verizon.net att.net sbcglobal.net cox.net charter.net earthlink.net bellsouth.net qq.com 163.com
    orange.fr free.fr laposte.net libero.it virgilio.it btinternet.com bluewin.ch example.com example.org example.net
    """.split()
)

SHARED_BOXES = frozenset(
    """
    info office contact kontakt post mail email sales vertrieb verkauf einkauf purchase purchasing procurement accounts
    accounting buchhaltung billing invoice invoices rechnung rechnungen admin administration support service hello shop
    order orders bestellung bestellungen enquiry enquiries inquiry marketing hr team webmaster zentrale empfang
    reception export import help store customercare ap ar finance
    """.split()
)

NOTHING = frozenset("noreply no-reply donotreply none na n.a test noemail nomail no-email unknown keine dummy".split())
