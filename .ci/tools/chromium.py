"""Chromium without a screen that trusts one CA and nothing else."""

import os
import pathlib
import shutil
import subprocess

from selenium import webdriver
from selenium.webdriver.chrome.service import Service


def start(home, authority, *more):
    """A browser whose home is `home`, which is to be empty of one."""
    nss = pathlib.Path(home) / '.pki/nssdb'
    nss.mkdir(parents=True)
    subprocess.run(['certutil', '-N', '-d', f'sql:{nss}', '--empty-password'], check=True)
    subprocess.run(['certutil', '-A', '-d', f'sql:{nss}', '-t', 'C,,', '-n', 'lab', '-i', authority], check=True)
    chrome = webdriver.ChromeOptions()
    for argument in (
        '--headless=new',
        '--no-sandbox',
        '--disable-dev-shm-usage',
        '--disable-gpu',
        '--no-proxy-server',
        '--window-size=1000,800',
        f'--user-data-dir={home}/profile',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
        '--disable-features=LocalNetworkAccessChecks,HttpsUpgrades',
        *more,
    ):
        chrome.add_argument(argument)
    chrome.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    service = Service(shutil.which('chromedriver'), env={**os.environ, 'HOME': str(home)})
    driver = webdriver.Chrome(options=chrome, service=service)
    driver.set_page_load_timeout(20)
    return driver
