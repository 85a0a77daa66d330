BeforeAll {
    . $PSScriptRoot/Support/Module.ps1

    # Writes the line again and again, since nobody can tell when a watch has begun.
    function Start-Writer([string] $File, [string] $Line) {
        $script:writers += Start-TestPipeline {
            while ($true) { [IO.File]::AppendAllText($shared[0], $shared[1] + "`n"); [System.Threading.Thread]::Sleep(50) }
        } @($File, $Line)
    }
}

Describe 'Watch-ServiceLog' {
    BeforeEach {
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).log"
        Set-Content $file 'ERROR of yesterday'
        $script:writers = @()
    }
    AfterEach { $script:writers | ForEach-Object { $_.Shell.Stop() } }

    It 'ends at once when a line comes that must not, and shows the lines until then' {
        Start-Writer $file 'MISCONF Redis is configured to save'
        $lines = [System.Collections.Generic.List[object]]::new()
        { Watch-ServiceLog -Path $file -For 60s -Fail 'ERROR', 'MISCONF' | ForEach-Object { $lines.Add($_) } } |
            Should -Throw -ErrorId 'ValidationFailed,OpsRestart.Commands.WatchServiceLogCommand'
        $lines[-1] | Should -BeOfType OpsRestart.WatchedLogLine
        $lines[-1].IsFailure | Should -BeTrue
        $lines[-1].Advice | Should -Match 'disk'
        $lines.Message | Should -Not -Contain 'ERROR of yesterday'
    }

    It 'lets lines pass that are allowed, until the time is over' {
        Start-Writer $file 'error: harmless'
        Watch-ServiceLog -Path $file -For 2s -Fail ERROR -IgnoreCase -Allow 'harmless$' -Quiet | Should -BeTrue
        Watch-ServiceLog -Path $file -For 60s -Fail ERROR -IgnoreCase -Quiet | Should -BeFalse
    }

    It 'says when there is nothing to watch, a file is missing, or a pattern is none' {
        foreach ($call in { Watch-ServiceLog -For 1s }, { Watch-ServiceLog -Path $TestDrive/none -For 1s }, { Watch-ServiceLog -Path $file -Fail '(' -For 1s }) {
            $call | Should -Throw -ErrorId 'InvalidArgument,OpsRestart.Commands.WatchServiceLogCommand'
        }
    }
}

Describe 'Watch-ServiceLog of services' -Tag Host {
    BeforeAll {
        . $PSScriptRoot/Support/Host.ps1
        Install-TestUnit
        systemctl start t-logs-steadily
        $script:writers = @()
    }
    AfterAll {
        $script:writers | ForEach-Object { $_.Shell.Stop() }
        Stop-TestUnit
    }

    It 'follows journals and files together' {
        Set-Content $TestDrive/app.log ''
        Start-Writer "$TestDrive/app.log" 'from the file'
        $sources = [System.Collections.Generic.HashSet[string]]::new()
        Watch-ServiceLog t-logs-steadily -Path $TestDrive/app.log -For 60s |
            Where-Object { $null = $sources.Add($_.Source); $sources.Count -eq 2 } | Select-Object -First 1 | Should -Not -BeNullOrEmpty
        $sources | Should -Contain t-logs-steadily
        $sources | Should -Contain "$TestDrive/app.log"
    }
}
