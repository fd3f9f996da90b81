// Generated from Services/Reporting/Templates by make generate. Do not edit.
// swift-format-ignore-file

/// The templates that the executable carries, by file name.
enum EmbeddedTemplates {
    static let text: [String: String] = [
        "bars.svg.mustache": #"""
<svg viewBox="0 0 {{width}} {{height}}" role="img" aria-label="{{description}}">
{{#bars}}
<g><title>{{label}}: {{count}} ({{note}})</title><text class="label" x="{{label_x}}" y="{{text_y}}" dominant-baseline="central">{{label}}</text><rect class="bar" x="{{bar_x}}" y="{{bar_y}}" width="{{bar_width}}" height="{{bar_height}}" rx="1.5"/><text class="label" x="{{value_x}}" y="{{text_y}}" dominant-baseline="central">{{count}}<tspan class="note" dx="8">{{note}}</tspan></text></g>
{{/bars}}
</svg>
"""#,
        "bars.tex.mustache": #"""
\begin{tikzpicture}
\begin{axis}[bars,width=30mm,height=\dimexpr 4.4mm*<<row_count>>\relax,xmax=<<maximum>>,ytick={<<#bars>><<row>><<^last()>>,<</last()>><</bars>>},
  yticklabels={<<#bars>>{<<label>>}<<^last()>>,<</last()>><</bars>>}]
\addplot[fill=accent,draw=none] coordinates {<<#bars>>(<<value>>,<<row>>)<</bars>>};
<<#bars>>
\node[anchor=west,font=\fontsize{6.5}{7.5}\selectfont,color=ink] at (axis cs:<<value>>,<<row>>) {<<count>>\hspace{1.2mm}\color{soft}<<note>>};
<</bars>>
\end{axis}
\end{tikzpicture}\par
"""#,
        "collection.css.mustache": #"""
:root { --ink: #1c2733; --soft: #5b6773; --hair: #d5dbe1; --wash: #f3f5f7; --accent: #0f5c75; --warm: #9a5b13; --bad: #a32a2a; }
* { box-sizing: border-box; }
html { font: 15px/1.5 "Helvetica Neue", Helvetica, "Nimbus Sans", Arial, "Liberation Sans", "Noto Sans", sans-serif; color: var(--ink); background: #fff; -webkit-text-size-adjust: 100%; }
body { max-width: 68rem; margin: 0 auto; padding: 3rem 2rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.15rem; margin: 3rem 0 1rem; padding-bottom: .4rem; border-bottom: 1px solid var(--hair); }
h3 { font-size: .8rem; margin: 0 0 .7rem; color: var(--soft); font-weight: 600; }
p { margin: 0 0 .3rem; }
.soft { color: var(--soft); } .ink { color: var(--ink); } .accent { color: var(--accent); } .warm { color: var(--warm); } .bad { color: var(--bad); }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1.6rem 1.5rem; margin: 2rem 0 0; padding: 1.5rem 0; border-top: 1px solid var(--hair); border-bottom: 1px solid var(--hair); }
.figures dt { font-size: .8rem; color: var(--soft); }
.figures dd { margin: 0; font-size: 1.9rem; line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 2.5rem; align-items: start; margin-top: 2rem; }
svg { display: block; width: 100%; height: auto; overflow: visible; font-size: 13px; }
svg text { fill: var(--ink); } svg .note { fill: var(--soft); } svg .bar { fill: var(--accent); } svg .grid { stroke: var(--hair); stroke-width: 1; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .87rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--hair); padding: .35rem .9rem .35rem 0; white-space: nowrap; }
td { border-bottom: 1px solid var(--wash); padding: .38rem .9rem .38rem 0; vertical-align: top; }
td:first-child, td.text { overflow-wrap: anywhere; min-width: 10rem; }
th.number, td.number { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
article { display: grid; grid-template-columns: 15rem 1fr; gap: 2rem; padding: 2rem 0; border-bottom: 1px solid var(--hair); break-inside: avoid; }
article img { display: block; max-width: 100%; max-height: 21rem; width: auto; height: auto; border: 1px solid var(--hair); }
article .none { display: grid; place-items: center; height: 16rem; background: var(--wash); color: var(--soft); font-size: .85rem; border: 1px solid var(--hair); }
article h3 { font-size: 1.05rem; color: var(--ink); margin: 0 0 .6rem; }
article .best { display: flex; justify-content: space-between; font-weight: 600; color: var(--accent); margin: 0; }
article svg { height: 5px; margin: .25rem 0 .9rem; } svg .rest { fill: var(--hair); }
article dl { display: grid; grid-template-columns: 6.5rem 1fr; gap: .25rem 1rem; margin: 0; font-size: .87rem; }
article dt { color: var(--soft); } article dd { margin: 0; }
footer { margin-top: 3rem; font-size: .82rem; color: var(--soft); }
@media (max-width: 46rem) { body { padding: 1.5rem 1rem; } .figures { grid-template-columns: 1fr 1fr; } .pair, article { grid-template-columns: 1fr; gap: 1.5rem; } }
@media print { html { font-size: 11px; } body { max-width: none; padding: 0; } h2 { break-after: avoid; } tr { break-inside: avoid; } @page { size: A4; margin: 16mm; } }
"""#,
        "collection.html.mustache": #"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{content_security_policy}}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{{title}}</title>
<style>
{{> collection.css}}
</style>
</head>
<body>
<header>
<h1><bdi>{{title}}</bdi></h1>
<p class="soft">{{period}}</p>
{{#conditions}}
<p class="soft"><bdi>{{conditions}}</bdi></p>
{{/conditions}}
<dl class="figures">
{{#key_figures}}
<div><dt>{{caption}}</dt><dd class="{{tone}}">{{value}}</dd></div>
{{/key_figures}}
</dl>
</header>

<section>
<div class="pair">
<div>
<h3>Documents by type</h3>
{{#types}}
{{> bars.svg}}
{{/types}}
{{^types}}
<p class="soft">No document has a type.</p>
{{/types}}
</div>
<div>
<h3>Score of the type</h3>
{{#confidence}}
{{> columns.svg}}
{{/confidence}}
{{^confidence}}
<p class="soft">No document has a type.</p>
{{/confidence}}
</div>
</div>
</section>

<section>
<h2>Languages and reading</h2>
<div class="pair">
<div>
<h3>Documents by language</h3>
{{#languages}}
{{> bars.svg}}
{{/languages}}
{{^languages}}
<p class="soft">No document has a language.</p>
{{/languages}}
</div>
<div>
{{#reading}}
<h3>How the pages were read</h3>
<table>
<thead><tr><th scope="col">From</th><th scope="col" class="number">Pages</th><th scope="col" class="number">Share</th></tr></thead>
<tbody>
{{#reading_rows}}
<tr><td>{{name}}</td><td class="number">{{pages}}</td><td class="number">{{share}}</td></tr>
{{/reading_rows}}
</tbody>
</table>
{{/reading}}
</div>
</div>
{{#steps}}
<h2>Time per document</h2>
<div class="scroll">
<table>
<thead><tr><th scope="col">Step</th><th scope="col" class="number">Times</th><th scope="col" class="number">Median</th><th scope="col" class="number">95 %</th><th scope="col" class="number">Total</th></tr></thead>
<tbody>
{{#step_rows}}
<tr><td>{{name}}</td><td class="number">{{documents}}</td><td class="number">{{median}}</td><td class="number">{{high}}</td><td class="number">{{total}}</td></tr>
{{/step_rows}}
</tbody>
</table>
</div>
{{/steps}}
</section>

{{#timelines}}
<section>
<h2>{{description}}</h2>
{{> columns.svg}}
</section>

{{/timelines}}
<section>
<h2>Documents</h2>
<div class="scroll">
<table>
<thead><tr><th scope="col">Document</th><th scope="col">State</th><th scope="col">Type</th><th scope="col" class="number">Score</th><th scope="col" class="number">Pages</th><th scope="col">Read by</th><th scope="col">Language</th><th scope="col" class="number">Sum</th><th scope="col" class="number">Time</th></tr></thead>
<tbody>
{{#table_pages}}
{{#rows}}
<tr><td><bdi>{{name}}</bdi></td><td class="{{tone}}">{{state}}</td><td><bdi>{{type}}</bdi></td><td class="number">{{score}}</td><td class="number">{{pages}}</td><td>{{read}}</td><td>{{language}}</td><td class="number">{{sum}}</td><td class="number">{{time}}</td></tr>
{{/rows}}
{{/table_pages}}
</tbody>
</table>
</div>
</section>

{{#failed}}
<section>
<h2>What failed, and why</h2>
<div class="scroll">
<table>
<thead><tr><th scope="col">Document</th><th scope="col">Step</th><th scope="col">Reason</th><th scope="col">Message</th></tr></thead>
<tbody>
{{#failure_pages}}
{{#rows}}
<tr><td class="{{tone}}"><bdi>{{name}}</bdi></td><td>{{step}}</td><td>{{code}}</td><td class="text"><bdi>{{message}}</bdi></td></tr>
{{/rows}}
{{/failure_pages}}
</tbody>
</table>
</div>
</section>

{{/failed}}
{{#pages_of_documents}}
<section>
<h2>Page by page</h2>
{{#cards}}
<article>
<div>
{{#picture}}
<img src="{{data}}" width="{{width}}" height="{{height}}" alt="First page of {{name}}">
{{/picture}}
{{^picture}}
<div class="none">no picture</div>
{{/picture}}
</div>
<div>
<h3><bdi>{{name}}</bdi></h3>
{{#best}}
<p class="best"><bdi>{{label}}</bdi><span>{{score}}</span></p>
<svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect class="rest" width="100" height="1"/><rect class="bar" width="{{percent}}" height="1"/></svg>
{{/best}}
<dl>
{{#facts}}
<dt>{{caption}}</dt><dd><bdi>{{value}}</bdi></dd>
{{/facts}}
{{#failures}}
<dt class="bad">Failed</dt><dd class="bad"><bdi>{{text}}</bdi></dd>
{{/failures}}
</dl>
</div>
</article>
{{/cards}}
</section>

{{/pages_of_documents}}
<footer>
{{#notes}}
<p>{{text}}</p>
{{/notes}}
</footer>
</body>
</html>
"""#,
        "collection.tex.mustache": #"""
\pdfminorversion=5
\documentclass[aspectratio=169,10pt,t]{beamer}
\usepackage{cmap}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp}
\usepackage[scale=0.92]{tgheros}
\usepackage{array,booktabs,colortbl}
\usepackage{pgfplots}
\pgfplotsset{compat=1.18}
\input{glyphtounicode}\pdfgentounicode=1
\pdftrailerid{}\pdfsuppressptexinfo=-1
\hypersetup{pdftitle={Quinion report <<report_id>>},pdfcreator={Quinion},pdfproducer={pdfTeX}}

% Palette
\definecolor{ink}{HTML}{1C2733}
\definecolor{soft}{HTML}{5B6773}
\definecolor{hair}{HTML}{D5DBE1}
\definecolor{wash}{HTML}{EEF1F4}
\definecolor{accent}{HTML}{0F5C75}
\definecolor{warm}{HTML}{9A5B13}
\definecolor{bad}{HTML}{A32A2A}

% Page
\setbeamertemplate{navigation symbols}{}
\setbeamersize{text margin left=9mm,text margin right=9mm}
\setbeamercolor{normal text}{fg=ink}
\setbeamercolor{frametitle}{fg=ink}
\setbeamerfont{frametitle}{size=\normalsize,series=\bfseries}
\setbeamertemplate{frametitle}{\vspace{4.5mm}\insertframetitle\strut\par\vspace{0.2mm}{\color{hair}\hrule height 0.4pt}\vspace{0.5mm}}
\setbeamertemplate{footline}{\hspace*{9mm}\parbox{142mm}{\tiny\color{soft}<<title>>\hfill\insertframenumber\,/\,\inserttotalframenumber}\vspace{3mm}}
\raggedbottom\hyphenpenalty=10000\exhyphenpenalty=10000\tolerance=9999\hbadness=10000\vbadness=10000\hfuzz=2pt

% Characters the fonts lack: script and number
\newcommand{\unprintable}[1]{{\setlength{\fboxsep}{0.6pt}\setlength{\fboxrule}{0.3pt}\fcolorbox{hair}{wash}{\fontsize{5}{5}\selectfont\color{soft}#1}}\allowbreak{}}

\newcommand{\heading}[1]{{\scriptsize\bfseries\color{soft}#1\par}\vspace{0.6mm}}
\newcommand{\keyfigure}[3]{\begin{minipage}[t]{32mm}\raggedright{\color{soft}\scriptsize #1\strut\par}\vspace{-0.4mm}{\fontsize{15}{17}\selectfont\bfseries\color{#3}#2\strut\par}\vspace{0.4mm}\end{minipage}}

% Sets a box of at most #1 width and #2 height: what is larger is scaled down, so that nothing leaves the page
\newsavebox{\content}
\newenvironment{fitted}[2]{\def\fitheight{#2}\begin{lrbox}{\content}\begin{minipage}[t]{#1}}{\end{minipage}\end{lrbox}%
  \ifdim\dimexpr\ht\content+\dp\content\relax>\fitheight\relax
    \vtop{\vskip-0.7\baselineskip\hbox{\resizebox*{!}{\fitheight}{\usebox{\content}}}}%
  \else\usebox{\content}\fi}

\newcolumntype{L}[1]{>{\raggedright\arraybackslash}p{#1}}
\newcolumntype{R}[1]{>{\raggedleft\arraybackslash}p{#1}}
\renewcommand{\arraystretch}{1.16}
\setlength{\tabcolsep}{1mm}
\setlength{\heavyrulewidth}{0.4pt}\setlength{\lightrulewidth}{0.3pt}
\arrayrulecolor{hair}
\newcommand{\head}[1]{\textcolor{soft}{#1}}
\newlength{\barunit}\setlength{\barunit}{0.88mm}

% Width of a column, of so many in such a width; few columns do not grow fat
\newlength{\columnbar}
\newcommand{\setcolumnwidth}[2]{\setlength{\columnbar}{\dimexpr #1/#2\relax}\ifdim\columnbar>12mm\relax\setlength{\columnbar}{12mm}\fi}

\pgfplotsset{
  quiet/.style={
    axis line style={draw=none},tick style={draw=none},scaled ticks=false,
    tick label style={font=\fontsize{6.5}{7.5}\selectfont,color=ink},grid style={hair,line width=0.3pt},
    scale only axis,clip=false},
  bars/.style={quiet,xbar,bar width=2.7mm,xmin=0,y dir=reverse,xtick=\empty,enlarge y limits={abs=0.6},
    yticklabel style={text width=33mm,align=left,font=\fontsize{6.5}{7.5}\selectfont}},
  columns/.style={quiet,ybar,ymin=0,ymax=100,ymajorgrids,xmin=0},
}

\begin{document}

\begin{frame}
\frametitle{<<title>>}
\vspace{0.5mm}
{\small\color{soft}<<period>>\par}
<<#conditions>>
{\scriptsize\color{soft}<<conditions>>\par}
<</conditions>>
\vspace{2.5mm}
<<#key_figures>>
\keyfigure{<<caption>>}{<<value>>}{<<tone>>}\hfill\allowbreak
<</key_figures>>
\par\vspace{2.5mm}
\begin{minipage}[t]{76mm}
\heading{Documents by type}
<<#types>>
\begin{fitted}{76mm}{27mm}
<<> bars.tex>>
\end{fitted}
<</types>>
<<^types>>
{\scriptsize\color{soft}No document has a type.\par}
<</types>>
\end{minipage}\hfill
\begin{minipage}[t]{62mm}
\heading{Score of the type}
<<#confidence>>
<<> columns.tex>>
<</confidence>>
<<^confidence>>
{\scriptsize\color{soft}No document has a type.\par}
<</confidence>>
\end{minipage}
\end{frame}

\begin{frame}
\frametitle{Languages and reading}
\vspace{2mm}
\begin{minipage}[t]{70mm}
\heading{Documents by language}
<<#languages>>
<<> bars.tex>>
<</languages>>
<<^languages>>
{\scriptsize\color{soft}No document has a language.\par}
<</languages>>
\end{minipage}\hfill
\begin{minipage}[t]{64mm}\scriptsize
<<#reading>>
\heading{How the pages were read}
\begin{tabular}{@{}L{42mm}R{9mm}R{9mm}@{}}
\head{From}&\head{Pages}&\head{Share}\\\midrule
<<#reading_rows>>
<<name>>&<<pages>>&<<share>>\\
<</reading_rows>>
\bottomrule
\end{tabular}\par\vspace{4mm}
<</reading>>
<<#steps>>
\heading{Time per document}
\begin{fitted}{64mm}{34mm}
\begin{tabular}{@{}L{15mm}R{9mm}R{11mm}R{11mm}R{10mm}@{}}
\head{Step}&\head{Times}&\head{Median}&\head{95 \%}&\head{Total}\\\midrule
<<#step_rows>>
<<name>>&<<documents>>&<<median>>&<<high>>&<<total>>\\
<</step_rows>>
\bottomrule
\end{tabular}
\end{fitted}
<</steps>>
\end{minipage}
\end{frame}

<<#timelines>>
\begin{frame}
\frametitle{<<description>>}
\vspace{3mm}
\setcolumnwidth{100mm}{<<column_count>>}
\begin{tikzpicture}
\begin{axis}[columns,width=128mm,height=50mm,xmax=<<column_count>>,bar width=\columnbar,
  xtick={<<#labels>><<place>><<^last()>>,<</last()>><</labels>>},xticklabels={<<#labels>>{<<text>>}<<^last()>>,<</last()>><</labels>>},
  ytick={<<#ticks>><<percent>><<^last()>>,<</last()>><</ticks>>},yticklabels={<<#ticks>>{<<text>>}<<^last()>>,<</last()>><</ticks>>}]
\addplot[fill=accent,draw=none] coordinates {<<#columns>>(<<place>>,<<percent>>)<</columns>>};
\end{axis}
\end{tikzpicture}
\end{frame}

<</timelines>>
<<#table_pages>>
\begin{frame}
\frametitle{Documents<<#several>>\hfill\normalfont\scriptsize\color{soft}<<page>> of <<page_count>><</several>>}
\vspace{1mm}
\begin{fitted}{142mm}{66mm}\scriptsize
\begin{tabular}{@{}L{44mm}L{20mm}R{8mm}R{8mm}L{11mm}L{7mm}R{20mm}R{10mm}@{}}
\head{Document}&\head{Type}&\head{Score}&\head{Pages}&\head{Read by}&\head{Lang.}&\head{Sum}&\head{Time}\\\midrule
<<#rows>>
\textcolor{<<tone>>}{<<name>>}&<<type>>&<<score>>&<<pages>>&<<read>>&<<language>>&<<sum>>&<<time>>\\
<</rows>>
\bottomrule
\end{tabular}
\end{fitted}
\end{frame}

<</table_pages>>
<<#failure_pages>>
\begin{frame}
\frametitle{What failed, and why<<#several>>\hfill\normalfont\scriptsize\color{soft}<<page>> of <<page_count>><</several>>}
\vspace{1mm}
\begin{fitted}{142mm}{66mm}\scriptsize
\begin{tabular}{@{}L{42mm}L{15mm}L{28mm}L{51mm}@{}}
\head{Document}&\head{Step}&\head{Reason}&\head{Message}\\\midrule
<<#rows>>
\textcolor{<<tone>>}{<<name>>}&<<step>>&<<code>>&<<message>>\\
<</rows>>
\bottomrule
\end{tabular}
\end{fitted}
\end{frame}

<</failure_pages>>
<<#cards>>
\begin{frame}
\frametitle{<<name>>}
\vspace{1.5mm}
\begin{minipage}[t]{50mm}\vspace{0pt}
<<#picture>>
{\setlength{\fboxsep}{0pt}\setlength{\fboxrule}{0.4pt}\fcolorbox{hair}{white}{\includegraphics[width=48mm,height=61mm,keepaspectratio]{<<file>>}}}
<</picture>>
<<^picture>>
{\setlength{\fboxsep}{0pt}\fcolorbox{hair}{wash}{\begin{minipage}[c][60mm][c]{45mm}\centering\scriptsize\color{soft}no picture\end{minipage}}}
<</picture>>
\end{minipage}\hfill
\begin{fitted}{88mm}{66mm}\vspace{0pt}\scriptsize
<<#best>>
{\normalsize\bfseries\color{accent}<<label>>}\hfill{\color{soft}score\ }{\normalsize\bfseries <<score>>}\par\vspace{0.5mm}
{\color{accent}\rule{<<percent>>\barunit}{0.8mm}}{\color{hair}\rule{<<rest>>\barunit}{0.8mm}}\par\vspace{1.5mm}
<</best>>
\begin{tabular}{@{}L{16mm}L{70mm}@{}}
<<#facts>>
\textcolor{soft}{<<caption>>}&<<value>>\\
<</facts>>
<<#failures>>
\textcolor{bad}{Failed}&\textcolor{bad}{<<text>>}\\
<</failures>>
\end{tabular}
\end{fitted}
\end{frame}

<</cards>>
\begin{frame}
\frametitle{How to read this report}
\vspace{2mm}
\begin{fitted}{142mm}{66mm}\scriptsize
<<#notes>>
<<text>>\par\vspace{1.6mm}
<</notes>>
Characters that the fonts of this file lack stand as \unprintable{script and number}; the HTML report shows them.\par
\end{fitted}
\end{frame}
\end{document}
"""#,
        "columns.svg.mustache": #"""
<svg viewBox="0 0 {{width}} {{height}}" role="img" aria-label="{{description}}">
{{#ticks}}
<line class="grid" x1="{{axis_x}}" x2="{{axis_end}}" y1="{{y}}" y2="{{y}}"/><text class="note" x="{{x}}" y="{{y}}" text-anchor="end" dominant-baseline="central">{{text}}</text>
{{/ticks}}
{{#columns}}
<rect class="bar" x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}" rx="1.5"><title>{{note}}</title></rect>
{{/columns}}
{{#labels}}
<text class="note" x="{{x}}" y="{{y}}" text-anchor="middle">{{text}}</text>
{{/labels}}
</svg>
"""#,
        "columns.tex.mustache": #"""
\setcolumnwidth{44mm}{<<column_count>>}
\begin{tikzpicture}
\begin{axis}[columns,width=54mm,height=22mm,xmax=<<column_count>>,bar width=\columnbar,
  xtick={<<#labels>><<place>><<^last()>>,<</last()>><</labels>>},xticklabels={<<#labels>>{<<text>>}<<^last()>>,<</last()>><</labels>>},
  ytick={<<#ticks>><<percent>><<^last()>>,<</last()>><</ticks>>},yticklabels={<<#ticks>>{<<text>>}<<^last()>>,<</last()>><</ticks>>}]
\addplot[fill=accent,draw=none] coordinates {<<#columns>>(<<place>>,<<percent>>)<</columns>>};
\end{axis}
\end{tikzpicture}\par
"""#,
    ]
}
