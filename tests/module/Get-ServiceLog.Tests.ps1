BeforeAll {
    . $PSScriptRoot/Support/Host.ps1
    if (Test-Path /run/systemd/system) { Install-TestUnit }
}

Describe 'Get-ServiceLog' -Tag Host {
    BeforeAll {
        Stop-TestUnit
        systemctl start t-logs t-logs-steadily
        Wait-TestUntil { @(Get-ServiceLog t-logs-steadily).Count -gt 12 }
        journalctl --sync
    }
    AfterAll { Stop-TestUnit }

    It 'reads lines with their priority, oldest first' {
        $lines = Get-ServiceLog t-logs | Where-Object Identifier -ne systemd
        $lines[0] | Should -BeOfType OpsRestart.ServiceLogEntry
        $lines.Priority | Sort-Object -Unique | Should -HaveCount 8
        $lines[0].Time.Kind | Should -Be Utc
    }

    It 'leaves out what is less urgent' {
        (Get-ServiceLog t-logs -Priority error).Priority | ForEach-Object { [int]$_ | Should -BeLessOrEqual 3 }
        Get-ServiceLog t-logs -Priority error | Should -Not -BeNullOrEmpty
    }

    It 'takes the last lines, and a moment to begin from' {
        Get-ServiceLog t-logs-steadily -Tail 3 | Should -HaveCount 3
        Get-ServiceLog t-logs-steadily -Since ([datetime]::UtcNow.AddHours(1)) | Should -BeNullOrEmpty
        (Get-ServiceLog t-logs-steadily -Since 1h).Count | Should -BeGreaterThan 3
        { Get-ServiceLog t-logs -Since nonsense } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,OpsRestart.Commands.GetServiceLogCommand'
    }

    It 'takes services from the pipeline, and wildcards' {
        (Get-ManagedService t-logs | Get-ServiceLog -Tail 1).Service | Should -Be t-logs
        (Get-ServiceLog t-logs* -Tail 50).Service | Sort-Object -Unique | Should -Contain t-logs-steadily
    }

    It 'errs for a name that does not exist' {
        Get-ServiceLog no-such -ErrorAction SilentlyContinue -ErrorVariable failures | Should -BeNullOrEmpty
        Get-ErrorLine $failures | Should -Be 'UnitNotFound|ObjectNotFound|no-such'
    }

    It 'follows, until the pipeline has enough' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $lines = Get-ServiceLog t-logs-steadily -Follow | Select-Object -First 20
        $lines | Should -HaveCount 20
        Assert-TestWithin $watch 10
    }

    It 'follows, until Ctrl-C' {
        $seen = [System.Collections.Concurrent.ConcurrentQueue[object]]::new()
        $pipeline = Start-TestPipeline { Get-ServiceLog t-logs-steadily -Follow | ForEach-Object { $shared.Enqueue($_) } } $seen
        Wait-TestUntil { $seen.Count -gt 12 }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $pipeline.Shell.Stop()
        Assert-TestWithin $watch 1
    }
}
