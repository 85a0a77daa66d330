#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Puts a backup of Redis in place, with all that uses it down meanwhile, and counts before and after.

.DESCRIPTION
The backup is checked before anything is changed. Then all that uses Redis stops: tasks that run are finished, those that are queued are what the backup replaces.
Redis stops, the dump takes the place of its own (which is kept beside it), Redis loads it, and everything starts again.
Tasks that were done since the backup was made are done once more; tasks that were queued since are gone. Messages that wait in Mosquitto are neither.

.EXAMPLE
./restore-redis.ps1 /backup/redis/dump.rdb
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
    [Parameter(Mandatory)]
    [string] $Backup
)
$ErrorActionPreference = 'Stop'

# Keys of each database, and what waits in each queue; nothing where Redis is gone.
$measure = {
    param([string] $Moment)
    $counts = [ordered] @{ Moment = $Moment }
    if (-not (Test-RedisPing redis://localhost:6379/0 -Quiet)) { return [pscustomobject] $counts }
    0..2 | ForEach-Object { $counts["Keys$_"] = [int](/usr/bin/redis-cli -n $_ dbsize) }
    Get-WorkQueue -Graph message-bus -ErrorAction SilentlyContinue | ForEach-Object { $counts[$_.Name] = $_.Ready }
    [pscustomobject] $counts
}

$null = /usr/bin/redis-check-rdb $Backup
if ($LASTEXITCODE) { throw "$Backup is no dump of Redis that could be loaded. Nothing was changed." }
if (-not $PSCmdlet.ShouldProcess('redis', "Replace its data by $Backup")) { return }

$counts = @(& $measure before)
Stop-ServiceGraph message-bus -Name redis -DrainLevel None -Confirm:$false

$dump = '/var/lib/redis/dump.rdb'
if (Test-Path $dump) { Move-Item $dump "$dump.$(Get-Date -Format yyyyMMdd-HHmmss)" }
Copy-Item $Backup $dump
chown redis: $dump
if ($LASTEXITCODE) { throw "Redis can't be given $dump." }

Start-ServiceGraph message-bus -Name redis
$counts += & $measure restored
Start-ServiceGraph message-bus
$counts += & $measure started
$counts | Format-Table
