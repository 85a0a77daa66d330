#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Starts the message bus from nothing: Redis and Mosquitto, Daphne, the five pools and beat, and last the subscriber.

.DESCRIPTION
Each part starts the moment that what it needs is ready, by its own probe and not by a pause. Before the first start everything is looked at that would make it fail:
unit files, rights, the settings of Django, disk space. What waits in Mosquitto and in Redis since the stop is worked on as soon as the parts are up.
What runs already is left alone, so the script can be called again.

.EXAMPLE
./cold-start.ps1 -WhatIf
Shows the exact steps and changes nothing.
#>
[CmdletBinding(SupportsShouldProcess)]
param()
$ErrorActionPreference = 'Stop'

Start-ServiceGraph message-bus -Timeout 5m
