#Requires -Version 7.6
<#
.SYNOPSIS
Runs the Pester tests of the module and writes what became of each: one line a test, "pass|fail|skip <tab> name <tab> why".
#>
[CmdletBinding()]
param(
    # outside: all tests but those tagged Host. inside: only those.
    [Parameter(Mandatory)]
    [ValidateSet('outside', 'inside')]
    [string] $Where,

    [Parameter(Mandatory)]
    [string] $ReportPath,

    # Only tests whose full name, as written in the file, contains this.
    [string] $Filter
)
$ErrorActionPreference = 'Stop'
$PSStyle.OutputRendering = 'PlainText'
$root = Split-Path $PSScriptRoot

function Write-Report([string[]] $Line) { [IO.File]::WriteAllLines($ReportPath, $Line) }
function Format-Text([string] $Text) { ($Text -replace '\s+', ' ').Trim() }

$pester = Get-Module Pester -ListAvailable | Where-Object Version -ge '5.5' | Sort-Object Version -Descending | Select-Object -First 1
if (-not $pester) {
    try {
        Install-PSResource Pester -Version '[5.7.1,6.0)' -Scope CurrentUser -TrustRepository -Quiet
        $pester = Get-Module Pester -ListAvailable | Sort-Object Version -Descending | Select-Object -First 1
    }
    catch {
        Write-Report "skip`tall Pester tests`tPester 5 is not installed and could not be fetched: $(Format-Text $_)"
        exit 0
    }
}
Import-Module $pester.Path

$configuration = New-PesterConfiguration
$configuration.Run.Path = Join-Path $root tests
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$configuration.Output.RenderMode = 'Plaintext'
if ($Where -eq 'inside') { $configuration.Filter.Tag = 'Host' } else { $configuration.Filter.ExcludeTag = 'Host' }
if ($Filter) {
    # Filters of Pester add up: a tag and a name would run whatever has one of them. So look first, then run by line.
    $configuration.Run.SkipRun = $true
    $configuration.Output.Verbosity = 'None'
    $wanted = (Invoke-Pester -Configuration $configuration).Tests | Where-Object { $_.ShouldRun -and $_.ExpandedPath -like "*$Filter*" }
    if (-not $wanted) { Write-Report suite; exit 0 }
    $configuration.Run.SkipRun = $false
    $configuration.Output.Verbosity = 'Detailed'
    $configuration.Filter.Tag = @()
    $configuration.Filter.ExcludeTag = @()
    $configuration.Filter.Line = @($wanted | ForEach-Object { "$($_.ScriptBlock.File):$($_.StartLine)" } | Sort-Object -Unique)
}

$result = Invoke-Pester -Configuration $configuration
$lines = foreach ($test in $result.Tests) {
    $name = Format-Text $test.ExpandedPath
    switch ($test.Result) {
        'Passed' { "pass`t$name" }
        # A test that never began fails with its block.
        'Failed' { "fail`t$name`t$(Format-Text (@($test.ErrorRecord) + @($test.Block.ErrorRecord) -join '; '))" }
        'Skipped' { "skip`t$name`t$(Format-Text (($test.ErrorRecord.TargetObject.Message | Select-Object -First 1) ?? 'skipped by the test') -replace '^is skipped, because ')" }
        'Inconclusive' { "skip`t$name`t$(Format-Text ($test.ErrorRecord -join '; '))" }
    }
}
# A file that could not be discovered, or an AfterAll that threw, has no test of its own.
$lines = @($lines) + @($result.FailedContainers | ForEach-Object { "fail`t$($_.Item)`t$(Format-Text ($_.ErrorRecord -join '; '))" }) +
    @($result.FailedBlocks | Where-Object { $_.Tests.Result -notcontains 'Failed' } | ForEach-Object { "fail`t$(Format-Text $_.ExpandedPath)`t$(Format-Text ($_.ErrorRecord -join '; '))" })
Write-Report @(@('suite') + ($lines | Where-Object { $_ }))
exit [int]($result.Result -eq 'Failed')
