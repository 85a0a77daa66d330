# Runs of graphs on real units, with what goes wrong.
BeforeAll {
    . $PSScriptRoot/Support/Host.ps1
    if (Test-Path /run/systemd/system) { Install-TestUnit }
    $env:XDG_CONFIG_HOME = Join-Path $TestDrive config
    Reset-Session
    $catalogue = New-Item (Join-Path $env:XDG_CONFIG_HOME opsrestart) -ItemType Directory -Force

    function Set-Graph([string] $Name, [string] $Services) { Set-Content (Join-Path $catalogue "$Name.yml") "graph: $Name`nservices:`n$Services" }
    function Get-Invocation([string[]] $Unit) { (Get-ManagedService $Unit).InvocationId }
    function Get-Failure([scriptblock] $Work) { try { $null = & $Work } catch { $_ } }

    # A PowerShell of its own, as a terminal has it; its output is read as it comes.
    function Start-Shell([string] $Command) {
        $info = [System.Diagnostics.ProcessStartInfo]::new((Get-Process -Id $PID).Path)
        foreach ($argument in '-NoProfile', '-Command', "Import-Module '$root/OpsRestart.psd1'; $Command") { $info.ArgumentList.Add($argument) }
        $info.RedirectStandardOutput = $true
        $process = [System.Diagnostics.Process]::Start($info)
        $output = [System.Text.StringBuilder]::new()
        $null = Register-ObjectEvent $process OutputDataReceived -MessageData $output -Action { $null = $Event.MessageData.AppendLine($EventArgs.Data) }
        $process.BeginOutputReadLine()
        [pscustomobject]@{ Process = $process; Output = $output }
    }

    Set-Graph good @'
  db:  { unit: t-listens, role: datastore, ready: "tcp://127.0.0.1:7101" }
  app: { unit: t-demo@a, needs: [db], stableFor: 300ms }
  web: { unit: t-demo@b, needs: [app] }
'@
    Set-Graph slow @'
  db:  { unit: t-plain, role: datastore }
  app: { unit: t-slow-stop, needs: [db] }
  web: { unit: t-demo@b, needs: [app] }
'@
    # Its stop takes as long as the test wants: until /run/t-let-go exists.
    Set-Graph held @'
  db:  { unit: t-plain, role: datastore }
  app: { unit: t-stop-when-told, needs: [db] }
  web: { unit: t-demo@b, needs: [app] }
'@
    # web fails when it is started, and ran before: its unit is changed in the middle by the tests.
    Set-Graph sick @'
  db:  { unit: t-plain, role: datastore }
  web: { unit: t-turncoat, needs: [db] }
'@
    Set-Graph blind @'
  db:  { unit: t-plain, role: datastore }
  web: { unit: t-never-listens, needs: [db], ready: { tcp: "127.0.0.1:7103", within: 1s } }
'@
}
AfterAll {
    $env:XDG_CONFIG_HOME = $null
    Reset-Session
}

Describe 'Restart-ServiceGraph' -Tag Host {
    BeforeEach { Remove-Item /run/t-let-go -ErrorAction Ignore; Stop-TestUnit; systemctl start t-listens t-demo@a t-demo@b t-plain t-slow-stop t-stop-when-told }
    AfterAll { Stop-TestUnit }

    It 'restarts everything in order, and returns one run' {
        $before = Get-Invocation t-listens, t-demo@a, t-demo@b
        $run = Restart-ServiceGraph good
        $run | Should -HaveCount 1
        $run | Should -BeOfType OpsRestart.ServiceGraphRun
        $run.Outcome | Should -Be Done
        Get-Invocation t-listens, t-demo@a, t-demo@b | ForEach-Object { $_ | Should -Not -BeIn $before }
        $order = ($run.Steps | Sort-Object Start).Id
        $order.IndexOf('stop:web') | Should -BeLessThan $order.IndexOf('stop:db')
        $order.IndexOf('ready:db') | Should -BeLessThan $order.IndexOf('start:app')
        $run.CriticalPath | Should -BeLessOrEqual $run.Duration
    }

    It 'takes graphs from the pipeline, as names and as objects' {
        ('good' | Restart-ServiceGraph).Outcome | Should -Be Done
        (Get-ServiceGraph good | Restart-ServiceGraph -Name web -Only).Steps.Id | Should -Not -Contain 'stop:db'
    }

    It 'shows what it does with -Verbose, and its result as a table' {
        $verbose = Restart-ServiceGraph good -Name web -Verbose 4>&1
        "$verbose" | Should -Match 'stop web: done'
        $text = ($verbose | Where-Object { $_ -is [OpsRestart.ServiceGraphRun] } | Out-String) -replace "`e\[[0-9;]*m"
        $text | Should -Match '(?m)^ Restart of good: done in [\d.]+ s \(critical path [\d.]+ s\)'
        $text | Should -Match '(?m)^ (re)?start +web +done '
    }

    It 'changes nothing with -WhatIf' {
        $before = Get-Invocation t-listens, t-demo@a
        Restart-ServiceGraph good -WhatIf | Should -BeNullOrEmpty
        Get-Invocation t-listens, t-demo@a | Should -Be $before
    }

    It 'leaves stopped what was stopped, unless told otherwise' {
        systemctl stop t-demo@b
        (Restart-ServiceGraph good).Outcome | Should -Be Done
        Get-UnitState t-demo@b | Should -Be inactive
        (Restart-ServiceGraph good -StartStopped).Outcome | Should -Be Done
        Get-UnitState t-demo@b | Should -Be active
    }

    It 'emits the run and then a terminating error, with everything back as it was' {
        systemctl start t-never-listens
        $seen = [System.Collections.Generic.List[object]]::new()
        $failure = Get-Failure { Restart-ServiceGraph blind | ForEach-Object { $seen.Add($_) } }
        $seen.Outcome | Should -BeIn RolledBack, KnownBadState
        $failure.FullyQualifiedErrorId.Split(',')[0] | Should -BeIn ReadyTimeout, KnownBadState
        $failure.TargetObject | Should -BeOfType OpsRestart.ServiceGraphRun
        Get-UnitState t-plain | Should -Be active
        Get-UnitState t-never-listens | Should -Be active
    }

    It 'names the unit that fails, with its last log lines' {
        Copy-Item /etc/systemd/system/t-plain.service /etc/systemd/system/t-turncoat.service
        systemctl daemon-reload
        systemctl start t-turncoat
        Copy-Item /etc/systemd/system/t-fail-start.service /etc/systemd/system/t-turncoat.service
        systemctl daemon-reload
        $failure = Get-Failure { Restart-ServiceGraph sick }
        "$failure" | Should -Match 't-turncoat'
        "$failure" | Should -Match 'no such setting: colour'
        $failure.TargetObject.Steps.Id | Should -Contain 'start:web'
        Get-UnitState t-plain | Should -Be active
        Remove-Item /etc/systemd/system/t-turncoat.service
        systemctl daemon-reload
    }

    It 'refuses before it changes anything: <Why>' -ForEach @(
        @{ Why = 'a masked unit'; Unit = 't-masked'; Id = 'PreflightFailed' }
        @{ Why = 'a unit that does not exist'; Unit = 'no-such-unit'; Id = 'PreflightFailed' }
    ) {
        Set-Graph refused "  db: { unit: t-plain }`n  web: { unit: $Unit, needs: [db] }"
        $before = Get-Invocation t-plain
        $failure = Get-Failure { Restart-ServiceGraph refused }
        $failure.FullyQualifiedErrorId | Should -Be "$Id,OpsRestart.Commands.RestartServiceGraphCommand"
        $failure.TargetObject.Outcome | Should -Be Refused
        Get-Invocation t-plain | Should -Be $before
    }

    It 'runs one at a time' {
        $pipeline = Start-TestPipeline { $env:XDG_CONFIG_HOME = $shared; Restart-ServiceGraph held } $env:XDG_CONFIG_HOME
        Wait-TestUntil { (Get-UnitState t-stop-when-told) -eq 'deactivating' } -Seconds 60
        $failure = Get-Failure { Restart-ServiceGraph held }
        $null = New-Item /run/t-let-go
        $failure.FullyQualifiedErrorId | Should -Be 'RunInProgress,OpsRestart.Commands.RestartServiceGraphCommand'
        $failure.CategoryInfo.Category | Should -Be ResourceBusy
        $pipeline.Shell.EndInvoke($pipeline.Handle).Outcome | Should -Be Done
    }

    It 'ends at its time limit, with everything back' {
        $failure = Get-Failure { Restart-ServiceGraph slow -Timeout 1s }
        $failure.FullyQualifiedErrorId | Should -Be 'RunTimeout,OpsRestart.Commands.RestartServiceGraphCommand'
        't-plain', 't-slow-stop', 't-demo@b' | ForEach-Object { Get-UnitState $_ } | Should -Be active, active, active
    }

    It 'answers Ctrl-C, and leaves nothing stopped that ran' {
        $pipeline = Start-TestPipeline { $env:XDG_CONFIG_HOME = $shared; Restart-ServiceGraph slow } $env:XDG_CONFIG_HOME
        Wait-TestUntil { (Get-UnitState t-slow-stop) -eq 'deactivating' } -Seconds 60
        $pipeline.Shell.Stop()
        't-plain', 't-slow-stop', 't-demo@b' | ForEach-Object { Get-UnitState $_ } | Should -Be active, active, active
    }

    It 'says at Ctrl-C what state things are in, while a stop is still under way, and puts them back' {
        $run = Start-Shell 'Restart-ServiceGraph held'
        Wait-TestUntil { (Get-UnitState t-stop-when-told) -eq 'deactivating' } -Seconds 60
        kill -INT $run.Process.Id
        Wait-TestUntil { ("$($run.Output)" -replace '\s+') -match 'Restartofheld:Interrupted;thesameagainleavesatonce.Stoppedbythisrun:webUnderway:stopapp' } -Seconds 5
        Get-UnitState t-stop-when-told | Should -Be deactivating
        $null = New-Item /run/t-let-go
        $run.Process.WaitForExit(120000) | Should -BeTrue
        "$($run.Output)" -replace '\s+' | Should -Match 'cancelled;everythingisbackasitwas'
        't-plain', 't-stop-when-told', 't-demo@b' | ForEach-Object { Get-UnitState $_ } | Should -Be active, active, active
    }

    It 'leaves at once at a second Ctrl-C, and says what is left' {
        $run = Start-Shell 'Restart-ServiceGraph held'
        Wait-TestUntil { (Get-UnitState t-stop-when-told) -eq 'deactivating' } -Seconds 60
        kill -INT $run.Process.Id
        Wait-TestUntil { $run.Output -match 'interrupted' } -Seconds 5
        kill -INT $run.Process.Id
        Wait-TestUntil { ("$($run.Output)" -replace '\s+') -match 'Restartofheld:Aborted.Thesewerenotrestored:' } -Seconds 5
        $run.Process.WaitForExit(60000) | Should -BeTrue
        Get-UnitState t-stop-when-told | Should -Be deactivating
    }

    It 'leaves nothing stopped when the pipeline has enough, or throws' {
        Restart-ServiceGraph good | Select-Object -First 1 | Should -HaveCount 1
        { Restart-ServiceGraph good | ForEach-Object { throw 'downstream' } } | Should -Throw 'downstream'
        't-listens', 't-demo@a', 't-demo@b' | ForEach-Object { Get-UnitState $_ } | Should -Be active, active, active
    }
}

Describe 'The migration of Restart-ServiceGraph' -Tag Host {
    BeforeEach { Stop-TestUnit; systemctl start t-listens t-demo@a t-demo@b }
    AfterAll { Stop-TestUnit }

    It 'runs between stop and start, in the session of its maker' {
        $found = [System.Collections.Generic.List[string]]::new()
        $run = Restart-ServiceGraph good -Migration { $found.Add((Get-UnitState t-demo@a)); $found.Add((Get-UnitState t-listens)); 'migrated' }
        $run.Outcome | Should -Be Done
        $found | Should -Be inactive, active
        $run.Steps | Where-Object Kind -eq Hook | ForEach-Object Succeeded | Should -BeTrue
    }

    It 'that fails puts everything back: <Why>' -ForEach @(
        @{ Why = 'it throws'; Script = { throw 'no migration today' }; Says = 'no migration today' }
        @{ Why = 'it writes an error'; Script = { Write-Error 'half a migration' }; Says = 'half a migration' }
        @{ Why = 'its command exits with 3'; Script = { sh -c 'echo broken; exit 3' }; Says = 'broken|3' }
    ) {
        $failure = Get-Failure { Restart-ServiceGraph good -Migration $Script }
        $failure.FullyQualifiedErrorId | Should -Be 'HookFailed,OpsRestart.Commands.RestartServiceGraphCommand'
        "$failure" | Should -Match $Says
        't-listens', 't-demo@a', 't-demo@b' | ForEach-Object { Get-UnitState $_ } | Should -Be active, active, active
    }

    It 'that takes too long is ended' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $failure = Get-Failure { Restart-ServiceGraph good -Migration { Start-Sleep 60 } -MigrationTimeout 1s }
        Assert-TestWithin $watch 20
        $failure.FullyQualifiedErrorId | Should -Be 'HookFailed,OpsRestart.Commands.RestartServiceGraphCommand'
        Get-UnitState t-demo@a | Should -Be active
    }

    It 'that gives out without end takes no memory, and is ended in time' {
        $before = [GC]::GetTotalMemory($true)
        $failure = Get-Failure { Restart-ServiceGraph good -Migration { while ($true) { 'x' * 10000 } } -MigrationTimeout 3s }
        $failure.FullyQualifiedErrorId | Should -Be 'HookFailed,OpsRestart.Commands.RestartServiceGraphCommand'
        ([GC]::GetTotalMemory($true) - $before) / 1MB | Should -BeLessThan 50
        Get-UnitState t-demo@a | Should -Be active
    }

    It 'is ended by Ctrl-C' {
        $shared = @{ Config = $env:XDG_CONFIG_HOME; Seen = [System.Collections.Concurrent.ConcurrentQueue[string]]::new() }
        $pipeline = Start-TestPipeline { $env:XDG_CONFIG_HOME = $shared.Config; Restart-ServiceGraph good -Migration { $shared.Seen.Enqueue('begun'); Start-Sleep 60 } } $shared
        Wait-TestUntil { $shared.Seen.Count -eq 1 }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $pipeline.Shell.Stop()
        Assert-TestWithin $watch 15
        't-listens', 't-demo@a', 't-demo@b' | ForEach-Object { Get-UnitState $_ } | Should -Be active, active, active
    }
}

Describe 'Start- and Stop-ServiceGraph' -Tag Host {
    BeforeEach { Stop-TestUnit }
    AfterAll { Stop-TestUnit }

    It 'bring a graph up, leave alone what runs, and bring it down' {
        systemctl start t-listens
        $before = Get-Invocation t-listens
        (Start-ServiceGraph good).Outcome | Should -Be Done
        Get-Invocation t-listens | Should -Be $before
        't-demo@a', 't-demo@b' | ForEach-Object { Get-UnitState $_ } | Should -Be active, active
        (Stop-ServiceGraph good).Outcome | Should -Be Done
        't-listens', 't-demo@a', 't-demo@b' | ForEach-Object { Get-UnitState $_ } | Should -Be inactive, inactive, inactive
    }

    It 'take parts of a graph' {
        (Start-ServiceGraph good -Name app).Outcome | Should -Be Done
        Get-UnitState t-demo@b | Should -Be inactive
        (Stop-ServiceGraph good -Name db).Outcome | Should -Be Done
        Get-UnitState t-demo@a | Should -Be inactive
    }

    It 'change nothing with -WhatIf' {
        Start-ServiceGraph good -WhatIf
        Get-UnitState t-demo@a | Should -Be inactive
        systemctl start t-demo@a
        Get-ServiceGraph good | Stop-ServiceGraph -WhatIf
        Get-UnitState t-demo@a | Should -Be active
    }

    It 'say what failed' {
        $failure = Get-Failure { Start-ServiceGraph blind }
        $failure.FullyQualifiedErrorId | Should -Be 'ReadyTimeout,OpsRestart.Commands.StartServiceGraphCommand'
        $failure.CategoryInfo.Category | Should -Be OperationTimeout
        Get-UnitState t-plain | Should -Be active
    }
}
