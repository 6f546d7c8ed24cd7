"""The style of the page: light and dark by what the reader prefers, down to a phone, and on paper."""

CSS = """
:root{color-scheme:light dark;--ground:#fbfaf7;--card:#fff;--ink:#1d1b16;--soft:#5f5a4e;--line:#ddd8cb;--gold:#8a6100;
--good:#1f6f43;--doubt:#8a5a00;--bad:#a3302a;--bar:#b98a1e;--good-fill:#4f9d71;--bad-fill:#c8675f;--grid:#e9e5da}
@media(prefers-color-scheme:dark){:root{--ground:#16150f;--card:#1f1d16;--ink:#efece3;--soft:#b3ac9a;--line:#3b382d;
--gold:#e3b341;--good:#7fd0a3;--doubt:#e9bd62;--bad:#f0938b;--bar:#c9992b;--good-fill:#3f8a60;--bad-fill:#a8504a;
--grid:#2c2a21}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
h1{font-size:1.9rem;line-height:1.2;margin:.2rem 0 .4rem;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:2.6rem 0 .3rem}
h3{font-size:1.02rem;margin:1.4rem 0 .3rem}
p{margin:.4rem 0;max-width:46rem}
.kicker{color:var(--gold);font-weight:600;margin:0}
.lead{font-size:1.1rem}
.soft,caption,dt{color:var(--soft)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;list-style:none;padding:0;margin:1rem 0 0}
a{color:var(--gold)}
:focus-visible{outline:2px solid var(--gold);outline-offset:2px}
dl.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1.4rem 0}
dl.figures div{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.7rem .9rem}
dl.figures dd{margin:0;font-size:1.45rem;font-weight:650;font-variant-numeric:tabular-nums}
dl.figures dt{font-size:.9rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.15rem;margin:1rem 0}
.card h3{margin-top:0}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:.2rem 0 .4rem;font-size:.9rem}
th,td{text-align:left;padding:.32rem .7rem .32rem 0;border-bottom:1px solid var(--line);vertical-align:top;
overflow-wrap:anywhere;min-width:4.2rem;max-width:24rem}
thead th{font-size:.85rem;color:var(--soft);font-weight:600;overflow-wrap:normal}
tbody th{font-weight:500;overflow-wrap:break-word;min-width:5.6rem}
td.figure{white-space:nowrap} td .differs{color:var(--doubt)}
svg{display:block;width:100%;height:auto}
table.narrow{width:auto;min-width:min(24rem,100%)}
svg text{font:12px system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--soft)}
svg .value{fill:var(--ink)}
svg .bar{fill:var(--bar)} svg .good{fill:var(--good-fill)} svg .bad{fill:var(--bad-fill)} svg .doubt{fill:var(--bar)}
svg line{stroke:var(--grid)} svg line.mark{stroke:var(--ink);stroke-dasharray:4 3} svg polyline{fill:none;
stroke:var(--gold);stroke-width:2}
svg circle{fill:var(--gold)}
.for-small{display:none}
ol.fall{list-style:none;margin:.6rem 0;padding:0}
ol.fall li{display:grid;grid-template-columns:10rem 4rem 1fr;gap:0 .8rem;align-items:center;padding:.22rem 0;
border-bottom:1px solid var(--grid)}
.fall .name{font-weight:550;overflow-wrap:anywhere}.fall .weight{text-align:right;font-variant-numeric:tabular-nums}
.fall .track{position:relative;height:1rem;background:var(--grid);border-radius:.2rem}
.fall .track span{position:absolute;top:0;bottom:0;border-radius:.2rem}
.fall .good{background:var(--good-fill)}.fall .bad{background:var(--bad-fill)}
.fall .words{grid-column:1/-1;color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}
.fall li:last-child{border:0}
.chip{display:inline-block;border:1px solid currentColor;border-radius:1rem;padding:0 .6rem;font-size:.85rem;
font-weight:600}
.chip.good{color:var(--good)} .chip.doubt{color:var(--doubt)} .chip.bad{color:var(--bad)}
details summary{cursor:pointer;padding:.2rem 0}
footer{padding-top:2rem;padding-bottom:3rem;color:var(--soft);font-size:.9rem}
@media(max-width:34rem){.for-wide{display:none}.for-small{display:block}
ol.fall li{grid-template-columns:1fr 4rem}.fall .track{grid-column:1/-1}body{font-size:15px}
h1{font-size:1.5rem}main,header,footer{padding-left:.9rem;padding-right:.9rem}.card{padding:.8rem}}
@media(min-width:62rem){.pair{display:grid;grid-template-columns:5fr 6fr;gap:0 2rem;align-items:start}
.pair h3{grid-column:1/-1}}
@media print{nav{display:none}.card{break-inside:avoid}}
"""
