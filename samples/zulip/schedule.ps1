#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Has Zulip restarted every Sunday at six, against slow leaks, unless a deployment is going on.

.DESCRIPTION
In place of Zulip's own /etc/cron.d/restart-zulip: remove that one. Get-ServiceGraphSchedule zulip tells when it runs next and how the last run ended;
Unregister-ServiceGraphSchedule zulip ends it. Needs root, and the command opsrestart on PATH.

.EXAMPLE
./schedule.ps1 -WhatIf
Shows what would be made.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [string] $Calendar = 'Sun 06:00'
)
$ErrorActionPreference = 'Stop'

Register-ServiceGraphSchedule zulip $Calendar -RandomizedDelay 10m -SkipIf /home/zulip/deployments/lock
