#Requires -Version 7.6
<#
.SYNOPSIS
Compiles docs/en-US to en-US: the cmdlets' pages to OpsRestart.Module.dll-Help.xml, about_ pages to text. Exit code 77: PlatyPS can't be had.
#>
$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
$target = Join-Path $root en-US

if (-not (Get-Module Microsoft.PowerShell.PlatyPS -ListAvailable)) {
    try { Install-PSResource Microsoft.PowerShell.PlatyPS -Version '[1.0,2.0)' -Scope CurrentUser -TrustRepository -Quiet }
    catch { "PlatyPS is not installed and could not be fetched: $_"; exit 77 }
}
Import-Module Microsoft.PowerShell.PlatyPS

$pages = Get-ChildItem (Join-Path $root docs en-US) -Filter *.md
$commands = @($pages | Where-Object Name -Match '^[A-Z][a-z]+-')
$topics = @($pages | Where-Object Name -Like 'about_*')

$made = Join-Path ([IO.Path]::GetTempPath()) "help-$PID"
Remove-Item $target -Recurse -Force -ErrorAction Ignore
$null = New-Item $target -ItemType Directory
try {
    if ($commands) {
        $null = Import-MarkdownCommandHelp -Path $commands.FullName | Export-MamlCommandHelp -OutputFolder $made
        # The fences of the examples are markdown's; Get-Help would show them.
        $maml = Get-ChildItem $made -Recurse -Filter *-Help.xml | Get-Content -Raw
        $maml -replace '```(?:powershell)?\r?\n?', '' | Set-Content (Join-Path $target OpsRestart.Module.dll-Help.xml) -NoNewline
    }
    foreach ($topic in $topics) {
        # Get-Help shows a topic as it is: markdown reads well as text, but for its front matter.
        (Get-Content $topic.FullName -Raw) -replace '(?s)\A---.*?\n---\s*', '' | Set-Content (Join-Path $target ($topic.BaseName + '.help.txt')) -NoNewline
    }
}
finally { Remove-Item $made -Recurse -Force -ErrorAction Ignore }
"$($commands.Count) commands, $($topics.Count) topics in en-US"
