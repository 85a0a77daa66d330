BeforeAll {
    . $PSScriptRoot/Support/Host.ps1
    if (Test-Path /run/systemd/system) { Install-TestUnit }
}

Describe 'Start-ManagedService' -Tag Host {
    BeforeEach { Stop-TestUnit }
    AfterAll { Stop-TestUnit }

    It 'starts what it is given, at the same time, and is silent' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Start-ManagedService t-slow-start, t-notify, t-plain | Should -BeNullOrEmpty
        Assert-TestWithin $watch 3.5
        't-slow-start', 't-notify', 't-plain' | ForEach-Object { Get-UnitState $_ } | Should -Be active, active, active
    }

    It 'returns the services with -PassThru, in a pipeline too' {
        Get-ManagedService t-demo@a, t-plain | Start-ManagedService -PassThru | ForEach-Object State | Should -Be Running, Running
    }

    It 'changes nothing with -WhatIf' {
        Start-ManagedService t-plain -WhatIf
        Get-UnitState t-plain | Should -Be inactive
    }

    It 'honours WhatIfPreference of a script' {
        & { $WhatIfPreference = $true; Start-ManagedService t-plain }
        Get-UnitState t-plain | Should -Be inactive
    }

    It 'makes each failure an error of its own, and starts the others' {
        Start-ManagedService t-fail-start, no-such, no-such-*, t-masked, t-missing-exec-strict, t-plain -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Sort-Object | Should -Be @(
            'JobFailed|InvalidResult|t-fail-start'
            'JobFailed|InvalidResult|t-missing-exec-strict'
            'UnitMasked|InvalidOperation|t-masked'
            'UnitNotFound|ObjectNotFound|no-such'
            'UnitNotFound|ObjectNotFound|no-such-*')
        "$($failures | Where-Object TargetObject -eq t-fail-start)" | Should -Match 'no such setting: colour'
        Get-UnitState t-plain | Should -Be active
    }

    It 'tells of a service that has died by the time that it looks, whatever its job says' {
        # On a busy machine it may die only after the look.
        foreach ($attempt in 1..50) {
            Start-ManagedService t-exit-at-once -ErrorAction SilentlyContinue -ErrorVariable failures
            if ($failures) { break }
            systemctl stop t-exit-at-once; systemctl reset-failed t-exit-at-once
        }
        Get-ErrorLine $failures | Should -BeIn 'ServiceFailed|InvalidResult|t-exit-at-once', 'JobFailed|InvalidResult|t-exit-at-once'
        "$failures" | Should -Match 'giving up'
    }

    It 'waits no longer than -Timeout' {
        Start-ManagedService t-slow-start -Timeout 300ms -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'StartTimeout|OperationTimeout|t-slow-start'
    }

    It 'refuses who may not' {
        $output = runuser -u tester -- (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; Start-ManagedService t-plain -ErrorAction SilentlyContinue -ErrorVariable e; `$e.FullyQualifiedErrorId; `$e.CategoryInfo.Category"
        $output | Should -Be 'AccessDenied,OpsRestart.Commands.StartManagedServiceCommand', 'PermissionDenied'
        Get-UnitState t-plain | Should -Be inactive
    }
}

Describe 'Stop-ManagedService' -Tag Host {
    BeforeEach { Stop-TestUnit; systemctl start t-plain t-slow-stop t-stop-2s@1 t-stop-2s@2 }
    AfterAll { Stop-TestUnit }

    It 'stops what it is given, at the same time, and is silent' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Stop-ManagedService t-slow-stop, t-stop-2s@* | Should -BeNullOrEmpty
        Assert-TestWithin $watch 3.5
        't-slow-stop', 't-stop-2s@1' | ForEach-Object { Get-UnitState $_ } | Should -Be inactive, inactive
    }

    It 'changes nothing with -WhatIf' {
        Get-ManagedService t-plain | Stop-ManagedService -WhatIf
        Get-UnitState t-plain | Should -Be active
    }

    It 'kills the whole control group after -StopTimeout, and says so' {
        systemctl start t-never-stops
        Stop-ManagedService t-never-stops -StopTimeout 300ms -WarningAction SilentlyContinue -WarningVariable warnings
        Get-UnitState t-never-stops | Should -Not -Be active
        "$warnings" | Should -Match 't-never-stops .*killed'
    }

    It 'waits no longer than -Timeout' {
        Stop-ManagedService t-slow-stop -Timeout 300ms -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'StopTimeout|OperationTimeout|t-slow-stop'
    }

    It 'tells of processes that a unit leaves behind' {
        systemctl start t-leaves-child
        Stop-ManagedService t-leaves-child -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'JobFailed|InvalidResult|t-leaves-child'
        systemctl kill --signal=KILL t-leaves-child 2>$null
    }

    It 'errs for a wildcard that matches nothing' {
        Stop-ManagedService no-such-* -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'UnitNotFound|ObjectNotFound|no-such-*'
    }

    It 'answers Ctrl-C at once' {
        $pipeline = Start-TestPipeline { Stop-ManagedService t-slow-stop }
        Wait-TestUntil { (Get-UnitState t-slow-stop) -eq 'deactivating' }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $pipeline.Shell.Stop()
        Assert-TestWithin $watch 1
    }
}

Describe 'Restart-ManagedService' -Tag Host {
    BeforeEach { Stop-TestUnit; systemctl start t-plain t-demo@a }
    AfterAll { Stop-TestUnit }

    It 'makes a new invocation of each, in a pipeline both ways' {
        $before = (Get-ManagedService t-plain, t-demo@a).InvocationId
        $after = (Get-ManagedService t-plain, t-demo@a | Restart-ManagedService -PassThru | Wait-ManagedService -StableFor 200ms -PassThru).InvocationId
        $after | Should -HaveCount 2
        $after | ForEach-Object { $_ | Should -Not -BeIn $before }
    }

    It 'leaves nothing stopped when the pipeline has enough' {
        systemctl start t-slow-stop
        Restart-ManagedService t-slow-stop, t-plain, t-demo@a -PassThru | Select-Object -First 1 | Should -HaveCount 1
        't-slow-stop', 't-plain', 't-demo@a' | ForEach-Object { Get-UnitState $_ } | Should -Be active, active, active
    }

    It 'changes nothing with -WhatIf' {
        $before = (Get-ManagedService t-plain).InvocationId
        Restart-ManagedService t-plain -WhatIf
        (Get-ManagedService t-plain).InvocationId | Should -Be $before
    }

    It 'names the unit that fails' {
        Restart-ManagedService t-fail-start -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'JobFailed|InvalidResult|t-fail-start'
    }
}
