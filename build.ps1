#Requires -Version 7.6
<#
.SYNOPSIS
The same as build.sh, for people in pwsh.

.EXAMPLE
./build.ps1 -Task Test -Filter Restart-ServiceGraph

.EXAMPLE
./build.ps1 Demo
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Docs', 'Package', 'Demo', 'Bench', 'Format', 'Clean')]
    [string] $Task = 'Build',

    # Test: only tests with this text in their name.
    [string] $Filter,

    # Test: only what needs no throwaway host.
    [switch] $Quick
)
$ErrorActionPreference = 'Stop'

$arguments = @($Task.ToLowerInvariant())
if ($Quick) { $arguments += '--quick' }
if ($Filter) { $arguments += '--filter', $Filter }
& (Join-Path $PSScriptRoot build.sh) @arguments
exit $LASTEXITCODE
