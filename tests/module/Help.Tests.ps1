BeforeDiscovery {
    . $PSScriptRoot/Support/Module.ps1
    $commands = Get-Command -Module OpsRestart | ForEach-Object { @{ Name = $_.Name } }
    $topics = Get-ChildItem (Join-Path $root docs en-US) -Filter about_*.md | ForEach-Object { @{ Name = $_.Name } }
}
BeforeAll {
    . $PSScriptRoot/Support/Module.ps1
    $pages = Join-Path $root docs en-US
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters

    # Everything in PowerShell blocks of a page that names a command or parameter that does not exist.
    function Get-WrongExample([string] $Page) {
        foreach ($block in [regex]::Matches($Page, '(?ms)^```powershell\n(.*?)^```')) { Get-WrongCall $block.Groups[1].Value }
    }
}

Describe 'The page of <Name>' -ForEach $commands {
    BeforeAll {
        $page = Get-Content (Join-Path $pages "$Name.md") -Raw
        $command = Get-Command $Name
    }

    It 'says what it does, without gaps' {
        $page | Should -Match '(?s)## SYNOPSIS\n\n\w.{15,}?\n\n## SYNTAX'
        $page | Should -Match '(?s)## DESCRIPTION\n\n\w.{40,}?\n\n## EXAMPLES'
        $page | Should -Not -Match '\{\{'
    }

    It 'has at least three examples, which name what exists' {
        [regex]::Matches($page, '(?m)^### Example \d: \w').Count | Should -BeGreaterOrEqual 3
        Get-WrongExample $page | Should -BeNullOrEmpty
    }

    It 'describes exactly the parameters that there are' {
        $described = [regex]::Matches($page, '(?m)^### -(\w+)\n\n(?=\w|`|<)').ForEach({ $_.Groups[1].Value }) | Sort-Object
        $described | Should -Be ($command.Parameters.Keys | Where-Object { $_ -notin $common -or $_ -in 'WhatIf', 'Confirm' } | Sort-Object)
    }

    It 'has the parameter sets, types, aliases and pipeline input that there are' {
        foreach ($set in $command.ParameterSets) {
            $heading = if ($set.Name -eq '__AllParameterSets') { '__AllParameterSets' } else { $set.Name }
            $page | Should -Match "(?m)^### $heading( \(Default\))?\n"
        }
        foreach ($parameter in $command.Parameters.Values | Where-Object Name -NotIn $common) {
            $block = [regex]::Match($page, "(?ms)^### -$($parameter.Name)\n.*?``````yaml\n(.*?)``````").Groups[1].Value
            $type = [regex]::Match($block, '(?m)^Type: (.*)$').Groups[1].Value
            $type | Should -Be ($parameter.ParameterType.ToString()) -Because "-$($parameter.Name)"
            $aliases = [regex]::Matches($block, '(?m)^- (\w+)$').ForEach({ $_.Groups[1].Value }) | Sort-Object
            ($aliases -join ',') | Should -Be (($parameter.Aliases | Sort-Object) -join ',') -Because "aliases of -$($parameter.Name)"
            $piped = $parameter.ParameterSets.Values.ValueFromPipeline -contains $true
            ($block -match 'ValueFromPipeline: true') | Should -Be $piped -Because "-$($parameter.Name)"
        }
    }
}

Describe 'The topic <Name>' -ForEach $topics {
    It 'has examples that name what exists' { Get-WrongExample (Get-Content (Join-Path $pages $Name) -Raw) | Should -BeNullOrEmpty }
}

Describe 'The table of errors' {
    It 'has every id with its category' {
        $about = Get-Content (Join-Path $pages about_OpsRestart.md) -Raw
        foreach ($id in [Enum]::GetNames([OpsRestart.OpsError])) { $about | Should -Match "(?m)^\|[^|]*\b$id\b" }
    }
}

Describe 'Compiled help' {
    It 'is what Get-Help shows, with examples' {
        if (-not (Test-Path (Join-Path $root en-US OpsRestart.Module.dll-Help.xml))) { Set-ItResult -Skipped -Because 'the help is not compiled: ./build.sh docs' }
        $help = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; Get-Help Restart-ServiceGraph -Examples | Out-String -Width 200; (Get-Help Wait-QueueDrain).Synopsis; (Get-Help Stop-ManagedService -Parameter StopTimeout).description.Text; Get-Help about_ServiceGraphs | Out-String"
        $text = $help -join "`n"
        $text | Should -Match 'Restart-ServiceGraph nautobot -WhatIf'
        $text | Should -Match 'Waits until background work is finished'
        $text | Should -Match 'Kill all processes'
        $text | Should -Match 'graph: nautobot'
    }
}
