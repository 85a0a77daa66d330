# Dot-sourced by the tests: the module from this clone, and what several tests need.
$ErrorActionPreference = 'Stop'
$root = (Resolve-Path (Join-Path $PSScriptRoot .. .. ..)).Path
Import-Module (Join-Path $root OpsRestart.psd1)

# Runs a script in a runspace of its own, so that it can be stopped as Ctrl-C does. The script may use $shared.
function Start-TestPipeline([scriptblock] $Script, $Shared) {
    $shell = [powershell]::Create()
    $null = $shell.AddScript("param(`$shared) Import-Module '$root/OpsRestart.psd1'; $Script").AddArgument($Shared)
    [pscustomobject]@{ Shell = $shell; Handle = $shell.BeginInvoke() }
}

# The one error of a script block, or nothing.
function Get-TestError([scriptblock] $Script) {
    $before = $global:Error.Count
    try { $null = & $Script -ErrorAction Stop } catch { return $_ }
}

# How busy the machine is, is watched all the time, by what the system tests use too.
if (-not ('OpsRestart.Tests.System.Harness.Pace' -as [type])) {
    $null = [System.Reflection.Assembly]::LoadFrom((Join-Path $root tests module Cmdlets bin Release net10.0 OpsRestart.Tests.Cmdlets.dll))
    ('OpsRestart.Tests.System.Harness.Pace' -as [type])::Watch()
}

# Fails when it took longer than it may on a machine that is as busy as this one was meanwhile.
function Assert-TestWithin([System.Diagnostics.Stopwatch] $Watch, [double] $Seconds) {
    $took = $Watch.Elapsed
    if (-not [OpsRestart.Tests.System.Harness.Pace]::IsWithin($took, [timespan]::FromSeconds($Seconds))) {
        throw "Took $($took.TotalSeconds) s, not $Seconds s; the machine was $([OpsRestart.Tests.System.Harness.Pace]::Since($took)) times slower than at rest"
    }
}

# A limit is one of a quiet machine, and is stretched by how busy this one is.
function Wait-TestUntil([scriptblock] $Condition, [int] $Seconds = 10, [string] $What = "$Condition") {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        try { Assert-TestWithin $watch $Seconds } catch { throw "$What`: $_" }
        [System.Threading.Thread]::Sleep(10)
    }
}

# Closes what the session holds, and the folders of graphs that it knows with it.
function Reset-Session {
    Remove-Module OpsRestart -Force
    Import-Module (Join-Path $root OpsRestart.psd1) -Global
}

# What is no PowerShell in a script, and what names a command or parameter that does not exist.
function Get-WrongCall([string] $Script) {
    $errors = $null
    $ast = [System.Management.Automation.Language.Parser]::ParseInput($Script, [ref] $null, [ref] $errors)
    $errors | ForEach-Object Message
    foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
        $name = $call.GetCommandName()
        if ($name -notmatch '^[A-Z][a-z]+-[A-Z]') { continue }
        $command = Get-Command $name -ErrorAction Ignore
        if (-not $command) { "There is no $name"; continue }
        foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
            try { $null = $command.ResolveParameter($parameter.ParameterName) } catch { "$name has no -$($parameter.ParameterName)" }
        }
    }
}
